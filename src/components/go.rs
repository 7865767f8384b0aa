//! Going to another address from a callback.

use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

type Navigate = dyn Fn(&str, NavigateOptions);

/// Goes to addresses made by `paths`. A copy may be kept by callbacks that outlive the view; then it does nothing.
#[derive(Clone, Copy)]
pub struct Go(StoredValue<Rc<Navigate>, LocalStorage>);

/// Takes the router from the context; call it in the body of a component.
pub fn use_go() -> Go {
    Go(StoredValue::new_local(Rc::new(use_navigate())))
}

impl Go {
    /// Goes there; the way back leads here.
    pub fn to(self, path: &str) {
        self.with(path, NavigateOptions::default());
    }

    /// Goes there in place of here, without scrolling: for filters, tabs and dialogs that close.
    pub fn instead(self, path: &str) {
        self.with(
            path,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    }

    fn with(self, path: &str, options: NavigateOptions) {
        if let Some(navigate) = self.0.try_get_value() {
            navigate(path, options);
        }
    }
}
