//! libpc15.a from the sources in `vendor/`, by CMake.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Builds the archive, links it, and leaves `include/` and `lib/` under the output folder for crates that link it too.
pub fn build(sources: &Path, encoder: bool) {
    if !sources.join("src/api/CMakeLists.txt").is_file() {
        crate::give_up(
            "the sources of libpc15 are missing: `vendored` needs a packaged crate or a clone of the repository",
        );
    }
    for part in ["CMakeLists.txt", "cmake", "include", "src"] {
        println!("cargo::rerun-if-changed={}", sources.join(part).display());
    }
    let root = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let library = root.join("lib");
    // The archive goes straight to lib/, whatever the system calls that folder; the install rules want documents that
    // are not in this crate.
    cmake::Config::new(sources)
        .profile("Release")
        .define("CMAKE_INSTALL_LIBDIR", "lib")
        .define("CMAKE_ARCHIVE_OUTPUT_DIRECTORY", &library)
        .define("PC15_ENABLE_ENCODER", if encoder { "ON" } else { "OFF" })
        .define("PC15_BUILD_TOOL", "OFF")
        .define("PC15_BUILD_TESTS", "OFF")
        .define("PC15_ENABLE_CUDA", "OFF")
        .define("PC15_BUILD_EXAMPLES", "OFF")
        .define("PC15_INSTALL", "OFF")
        .build_target("pc15_static")
        .build();
    let include = root.join("include");
    fs::create_dir_all(&include)
        .and_then(|()| fs::copy(sources.join("include/pc15.h"), include.join("pc15.h")))
        .unwrap_or_else(|error| crate::give_up(&format!("{}: {error}", include.display())));
    crate::link_archive(&library);
    println!("cargo::metadata=include={}", include.display());
    println!("cargo::metadata=root={}", root.display());
}
