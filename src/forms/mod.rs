//! What changes something: dialogs and forms, each with its request, its pending state and its refusal.

pub mod credit_create;
pub mod field_problem;
pub mod migration_action;
pub mod migration_confirm;
pub mod pod_create;
pub mod pod_rename;
pub mod pod_run;
pub mod pod_stop;
pub mod pod_terminate;
pub mod start_choice;
pub mod volume_attach;
pub mod volume_create;
pub mod volume_delete;
pub mod volume_grow;
pub mod volume_rename;
