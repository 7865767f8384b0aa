//! Requests in, responses out, on a fleet that has lived: the published shapes, authorisation, bad input,
//! lists, money and the main job, as a client meets them.

mod authorisation;
mod bad_input;
mod common;
mod compat;
mod conditions;
mod feed;
mod flows;
mod lists;
mod money;
mod schema;
mod start_commands;
