# pc15_add_test(<name> LABELS <label>... SOURCES <file>... [INTERNAL] [DEFINES ...] [LIBRARIES ...]
#               [ARGS ...] [ENVIRONMENT ...] [TIMEOUT seconds])
# One CMocka program in C or C++. It links the shared library; INTERNAL links every layer statically.
# -Werror=unused-function, because CMocka does not discover tests: one that is not in the table is an error.
function(pc15_add_test name)
  cmake_parse_arguments(arg "INTERNAL" "TIMEOUT" "LABELS;SOURCES;DEFINES;LIBRARIES;ARGS;ENVIRONMENT" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pc15_add_test(${name}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_LABELS OR NOT arg_SOURCES)
    message(FATAL_ERROR "pc15_add_test(${name}): LABELS and SOURCES are required")
  endif()
  if(NOT arg_INTERNAL AND NOT TARGET pc15)
    message(STATUS "test ${name}: left out, there is no shared library yet")
    return()
  endif()

  add_executable(${name} ${arg_SOURCES})
  pc15_compile_quickly(${name} -O1)
  pc15_sanitize_wide_registers(${arg_SOURCES})
  target_compile_options(${name} PRIVATE -Werror=unused-function
    $<$<COMPILE_LANGUAGE:C>:-Wno-missing-prototypes>)
  target_compile_definitions(${name} PRIVATE
    PC15_TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" PC15_TEST_BINARY_DIR="${PROJECT_BINARY_DIR}" ${arg_DEFINES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE $<IF:$<BOOL:${arg_INTERNAL}>,pc15_internal,pc15>
    pc15_options cmocka::cmocka m ${arg_LIBRARIES})

  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 1200) # sanitizers on a busy machine are slow; a test that hangs is still ended
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
