//! Makes the WASM and its JavaScript smaller together: short names between them, and nothing that nobody calls.
//!
//! wasm-bindgen names every function it imports after the browser's with a hash behind it; 240 hashes compress to
//! nothing less than themselves, twice. And it exports classes of a streams library that the dashboard never makes.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Parser, Payload};

/// What the names of imports begin with.
const IMPORTS: [&str; 2] = ["__wbg_", "__wbindgen_"];
/// The classes that nobody makes, as the glue and, in small letters, the exports of the WASM call them.
const UNUSED: &str = "IntoUnderlying";

/// Shortens the names between a module and its glue.
///
/// # Errors
/// The module cannot be read, or a short name is taken.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let long = imported(wasm)?;
    let words: BTreeSet<&str> = identifiers(glue).collect();
    let short: BTreeMap<&str, String> = long
        .iter()
        .copied()
        .zip((0_u32..).map(|it| format!("f{it}")))
        .collect();
    if let Some(taken) = short.values().find(|it| words.contains(it.as_str())) {
        return Err(anyhow!(
            "the glue of the bundle already has something called {taken}"
        ));
    }
    let mut module = Module::new();
    let mut writer = Shortened { short: &short };
    writer
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|it| anyhow!("cannot write the bundle anew: {it}"))?;
    Ok((module.finish(), renamed(glue, &short)))
}

/// Names of the functions a module imports from its glue.
fn imported(wasm: &[u8]) -> Result<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let name = import?.name;
                if IMPORTS.iter().any(|it| name.starts_with(it)) {
                    names.insert(name);
                }
            }
        }
    }
    Ok(names)
}

struct Shortened<'a> {
    short: &'a BTreeMap<&'a str, String>,
}

impl Reencode for Shortened<'_> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let name = self.short.get(import.name).map_or(import.name, String::as_str);
            imports.import(import.module, name, self.entity_type(import.ty)?);
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: wasmparser::Export<'_>,
    ) -> Result<(), Error<Infallible>> {
        if export.name.contains(&UNUSED.to_ascii_lowercase()) {
            return Ok(());
        }
        wasm_encoder::reencode::utils::parse_export(self, exports, export)
    }
}

/// The glue with its words replaced; the classes that nobody makes are no longer exported, so that a minifier drops them.
fn renamed(glue: &str, short: &BTreeMap<&str, String>) -> String {
    let mut text = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(word) = identifiers(rest).next() {
        let at = word.as_ptr() as usize - rest.as_ptr() as usize;
        text.push_str(&rest[..at]);
        text.push_str(short.get(word).map_or(word, String::as_str));
        rest = &rest[at + word.len()..];
    }
    text.push_str(rest);
    text.replace(&format!("export class {UNUSED}"), &format!("class {UNUSED}"))
}

/// Words that can be names.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '$')
        .filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, ExportKind, FunctionSection, TypeSection};

    #[test]
    fn both_sides_get_the_same_short_names() {
        let (mut types, mut imports, mut exports) =
            (TypeSection::new(), ImportSection::new(), ExportSection::new());
        types.ty().function([], []);
        for name in [
            "__wbg_add_0123456789abcdef",
            "__wbindgen_throw_1",
            "memory_of_something",
        ] {
            imports.import("./glue.js", name, EntityType::Function(0));
        }
        exports.export("main", ExportKind::Func, 0);
        exports.export("intounderlyingsink_close", ExportKind::Func, 1);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&FunctionSection::new())
            .section(&exports);
        let glue = "export class IntoUnderlyingSink {}\nconst i = { __wbg_add_0123456789abcdef: 1, __wbg_adder: 2, __wbindgen_throw_1: 3 };";
        let (wasm, glue) = shorten(&module.finish(), glue).unwrap();
        assert_eq!(
            glue,
            "class IntoUnderlyingSink {}\nconst i = { f0: 1, __wbg_adder: 2, f1: 3 };"
        );
        let text = String::from_utf8_lossy(&wasm);
        assert!(text.contains("f0") && text.contains("memory_of_something") && text.contains("main"));
        assert!(!text.contains("__wbg_add") && !text.contains("underlying"));
    }

    #[test]
    fn a_short_name_that_is_taken_is_refused() {
        let mut imports = ImportSection::new();
        imports.import(
            "a",
            "__wbg_x",
            EntityType::Memory(wasm_encoder::MemoryType {
                minimum: 1,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            }),
        );
        let mut module = Module::new();
        module.section(&imports);
        assert!(shorten(&module.finish(), "let f0 = 1;").is_err());
    }
}
