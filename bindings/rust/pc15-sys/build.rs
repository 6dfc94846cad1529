//! Finds or builds libpc15 and says how to link it.
//!
//! In this order: nothing at all on docs.rs; the folder named by `PC15_LIB_DIR`; a build of `vendor/` with the feature
//! `vendored`; what pkg-config knows. Nothing is ever downloaded.

use std::env;
use std::path::{Path, PathBuf};
use std::process::exit;

#[cfg(feature = "bindgen")]
#[path = "build/bindings.rs"]
mod bindings;
#[cfg(feature = "vendored")]
#[path = "build/vendored.rs"]
mod vendored;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    for name in ["PC15_LIB_DIR", "PC15_STATIC", "PC15_INCLUDE_DIR", "DOCS_RS"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    #[cfg(feature = "bindgen")]
    bindings::generate(&header_folder());

    // docs.rs has neither the library nor a network; documentation links nothing.
    if env::var_os("DOCS_RS").is_some() || env::var_os("CARGO_CFG_DOCSRS").is_some() {
        return;
    }
    if let Some(folder) = env::var_os("PC15_LIB_DIR") {
        return from_folder(&PathBuf::from(folder));
    }
    #[cfg(feature = "vendored")]
    vendored::build(&manifest_folder().join("vendor"), wants_encoder());
    #[cfg(not(feature = "vendored"))]
    from_pkg_config();
}

/// Prints one line and ends the build.
fn give_up(text: &str) -> ! {
    println!("cargo::error={text}");
    exit(1);
}

fn manifest_folder() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"))
}

fn header_folder() -> PathBuf {
    match env::var_os("PC15_INCLUDE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => manifest_folder().join("vendor").join("include"),
    }
}

/// Whether `PC15_STATIC` asks for the archive: set, and neither empty nor 0.
fn wants_static() -> bool {
    env::var("PC15_STATIC").is_ok_and(|value| !value.is_empty() && value != "0")
}

#[cfg(feature = "vendored")]
fn wants_encoder() -> bool {
    env::var_os("CARGO_FEATURE_ENCODER").is_some()
}

/// What an archive of C++ needs beside itself.
fn link_archive(folder: &Path) {
    println!("cargo::rustc-link-search=native={}", folder.display());
    println!("cargo::rustc-link-lib=static=pc15");
    println!("cargo::rustc-link-lib=z");
    let runtime =
        if env::var("CARGO_CFG_TARGET_VENDOR").is_ok_and(|vendor| vendor == "apple") { "c++" } else { "stdc++" };
    println!("cargo::rustc-link-lib={runtime}");
}

fn from_folder(folder: &Path) {
    let archive = folder.join("libpc15.a");
    if wants_static() {
        if !archive.is_file() {
            give_up(&format!("PC15_LIB_DIR: there is no {}", archive.display()));
        }
        // A new archive is a new program.
        println!("cargo::rerun-if-changed={}", archive.display());
        link_archive(folder);
    } else {
        if !folder.is_dir() {
            give_up(&format!("PC15_LIB_DIR: there is no folder {}", folder.display()));
        }
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=pc15");
    }
    println!("cargo::metadata=include={}", header_folder().display());
    println!("cargo::metadata=root={}", folder.parent().unwrap_or(folder).display());
}

#[cfg(not(feature = "vendored"))]
fn from_pkg_config() {
    let version = env!("CARGO_PKG_VERSION").split_once("+pc15.").map_or("0.1.0", |(_, version)| version);
    match pkg_config::Config::new().atleast_version(version).statik(wants_static()).probe("pc15") {
        Ok(library) => {
            if let Some(folder) = library.include_paths.first() {
                println!("cargo::metadata=include={}", folder.display());
            }
            if let Ok(root) = pkg_config::get_variable("pc15", "prefix") {
                println!("cargo::metadata=root={root}");
            }
        }
        Err(_) => {
            give_up(&format!(
                "libpc15 {version} or later was not found by pkg-config. Install it, name its folder in PC15_LIB_DIR \
                 (PC15_STATIC=1 for libpc15.a), or use the feature `vendored` to build it here."
            ));
        }
    }
}
