# The library targets, made of the layers' objects.
#   pc15           shared, exactly the symbols of cmake/pc15.map
#   pc15_static    the same as an archive
#   pc15_internal  archive for the tests: everything, internal names reachable
get_property(_pc15_layers GLOBAL PROPERTY PC15_LAYER_TARGETS)
set(_pc15_objects)
foreach(layer IN LISTS _pc15_layers)
  list(APPEND _pc15_objects "$<TARGET_OBJECTS:${layer}>")
endforeach()

add_library(pc15_internal STATIC ${_pc15_objects})
set_target_properties(pc15_internal PROPERTIES LINKER_LANGUAGE CXX)
target_link_libraries(pc15_internal PUBLIC pc15_core ZLIB::ZLIB ${CMAKE_DL_LIBS})
target_include_directories(pc15_internal INTERFACE "${PROJECT_SOURCE_DIR}/include")

if(NOT TARGET pc15_api)
  message(STATUS "libpc15: left out, src/api has no sources yet")
  return()
endif()

add_library(pc15 SHARED ${_pc15_objects})
set_target_properties(pc15 PROPERTIES
  LINKER_LANGUAGE CXX
  VERSION "${PC15_ABI_MAJOR}.${PROJECT_VERSION}"
  SOVERSION "${PC15_ABI_MAJOR}")
# libpc15-cuda is looked for beside libpc15, then where the system looks.
set_target_properties(pc15 PROPERTIES BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
target_link_libraries(pc15 PRIVATE pc15_options ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(pc15 PRIVATE "-Wl,--exclude-libs,ALL")
if(NOT PC15_SANITIZE)
  target_link_options(pc15 PRIVATE "-Wl,--no-undefined")
endif()

# A decoder-only library exports what is left when the lines marked "encoder" are taken away.
set(_pc15_map "${PROJECT_SOURCE_DIR}/cmake/pc15.map")
if(EXISTS "${_pc15_map}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_pc15_map}")
  file(READ "${_pc15_map}" _pc15_map_text)
  if(NOT PC15_ENABLE_ENCODER)
    string(REGEX REPLACE "[^\n]*/\\* encoder \\*/[^\n]*\n" "" _pc15_map_text "${_pc15_map_text}")
  endif()
  set(_pc15_built_map "${PROJECT_BINARY_DIR}/pc15.map")
  file(CONFIGURE OUTPUT "${_pc15_built_map}" CONTENT "${_pc15_map_text}" @ONLY)
  target_link_options(pc15 PRIVATE "-Wl,--version-script=${_pc15_built_map}")
  set_target_properties(pc15 PROPERTIES LINK_DEPENDS "${_pc15_built_map}")
endif()

add_library(pc15_static STATIC ${_pc15_objects})
set_target_properties(pc15_static PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME pc15)
target_link_libraries(pc15_static PRIVATE ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS})
target_compile_definitions(pc15_static INTERFACE PC15_STATIC)

foreach(target IN ITEMS pc15 pc15_static)
  target_include_directories(${target} INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endforeach()
add_library(pc15::pc15 ALIAS pc15)
add_library(pc15::pc15_static ALIAS pc15_static)
