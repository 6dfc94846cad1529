//! The bindings, from include/pc15.h. The text must not depend on the machine: no layout tests (they hold for one
//! pointer size), fixed Rust version, a formatter that travels with bindgen.

use std::env;
use std::path::{Path, PathBuf};

use bindgen::callbacks::{IntKind, ParseCallbacks};

#[derive(Debug)]
struct Types;

impl ParseCallbacks for Types {
    /// Constants get the type of the arguments they are for.
    fn int_macro(&self, name: &str, _value: i64) -> Option<IntKind> {
        let unsigned = name.starts_with("PC15_VERSION_") || name == "PC15_TILE_IMAGE";
        let status = name == "PC15_OK" || name.starts_with("PC15_NOTE_") || name.starts_with("PC15_ERROR_");
        Some(match (unsigned, status) {
            (true, _) => IntKind::U32,
            (_, true) => IntKind::Custom { name: "pc15_status", is_signed: true },
            _ => IntKind::I32,
        })
    }

    fn process_comment(&self, comment: &str) -> Option<String> {
        Some(as_markdown(comment))
    }
}

/// The header's comments are plain text: what Markdown would read as a link, a tag or emphasis is escaped, and headings
/// between groups of functions belong to none of them.
fn as_markdown(comment: &str) -> String {
    if comment.trim_start().starts_with("----") {
        return String::new();
    }
    let lines = comment.lines().map(|line| {
        let mut out = String::new();
        for c in line.trim().chars() {
            if "[]<>*".contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Writes `bindings.rs` to the output folder.
pub fn generate(include: &Path) {
    let header = include.join("pc15.h");
    println!("cargo::rerun-if-changed={}", header.display());
    let target =
        bindgen::RustTarget::stable(85, 0).unwrap_or_else(|_| crate::give_up("bindgen does not know Rust 1.85"));
    let bindings = bindgen::Builder::default()
        .header(header.display().to_string())
        .clang_arg("-std=c99")
        .clang_arg("-fparse-all-comments")
        .allowlist_item("(pc15|PC15)_.*")
        .blocklist_item("PC15_(H|API)")
        .use_core()
        .layout_tests(false)
        .derive_default(false)
        .generate_comments(true)
        .disable_header_comment()
        .raw_line("// Made by bindgen from include/pc15.h; see build/bindings.rs. Do not edit.")
        .rust_target(target)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .formatter(bindgen::Formatter::Prettyplease)
        .parse_callbacks(Box::new(Types))
        .generate()
        .unwrap_or_else(|error| crate::give_up(&format!("bindgen: {error}")));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let file = out.join("bindings.rs");
    bindings.write_to_file(&file).unwrap_or_else(|error| crate::give_up(&format!("{}: {error}", file.display())));
}
