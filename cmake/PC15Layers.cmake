# pc15_add_layer(<name> [files...]) declares one folder under src/. A layer with sources becomes the OBJECT
# target pc15_<name>; one without (headers only) needs no target. The cli layer becomes the tool.
set_property(GLOBAL PROPERTY PC15_LAYER_TARGETS "")

function(pc15_add_layer name)
  set(files ${ARGN})
  if(NOT files)
    return()
  endif()
  if(name STREQUAL "cli")
    _pc15_add_tool(${files})
    return()
  endif()

  set(target pc15_${name})
  add_library(${target} OBJECT ${files})
  pc15_sanitize_wide_registers(${files})
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE pc15_core)
  # What these layers compare is arithmetic, or words that its dictionary has: libFuzzer learns nothing from it.
  if(PC15_BUILD_FUZZERS AND name MATCHES "^(normative|entropy|backend|metrics|text|dec|enc|vq)$")
    target_compile_options(${target} PRIVATE -fno-sanitize-coverage=trace-cmp)
  endif()
  if(name STREQUAL "format")
    target_link_libraries(${target} PRIVATE ZLIB::ZLIB)
  elseif(name STREQUAL "enc")
    find_path(PC15_KISSFFT_INCLUDE_DIR kissfft/kissfft.hh)
    if(NOT PC15_KISSFFT_INCLUDE_DIR)
      message(FATAL_ERROR "The encoder needs the header kissfft/kissfft.hh (Debian: libkissfft-dev), "
                          "or configure with -DPC15_ENABLE_ENCODER=OFF")
    endif()
    target_include_directories(${target} SYSTEM PRIVATE "${PC15_KISSFFT_INCLUDE_DIR}")
  elseif(name STREQUAL "api")
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/include")
    target_compile_definitions(${target} PRIVATE PC15_BUILD)
    if(PC15_BUILD_TESTS)
      target_compile_options(${target} PRIVATE -g) # abidiff reads the types of the interface from it
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY PC15_LAYER_TARGETS ${target})
endfunction()

# The tool knows the public header alone.
function(_pc15_add_tool)
  if(NOT TARGET pc15)
    message(STATUS "pc15 tool: left out, there is no library to link yet")
    return()
  endif()
  find_package(PNG REQUIRED)
  find_package(JPEG REQUIRED)
  add_executable(pc15_cli ${ARGN})
  set_target_properties(pc15_cli PROPERTIES
    OUTPUT_NAME pc15
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin"
    POSITION_INDEPENDENT_CODE ON
    INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  pc15_compile_quickly(pc15_cli -O0)
  target_include_directories(pc15_cli PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(pc15_cli PRIVATE pc15 pc15_options PNG::PNG JPEG::JPEG Threads::Threads)
endfunction()
