//! Parts that know what a pod, a move or a bill is, by what they do.

mod figures;
mod pods;
mod volumes;
