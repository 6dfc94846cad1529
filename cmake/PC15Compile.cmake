# Interface targets that carry the compile and link options.
#   pc15_options   everything we compile: warnings, hardening, sanitizers
#   pc15_core      the library's layers: also no contraction of floating point, hidden symbols
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported()

add_library(pc15_options INTERFACE)
target_compile_options(pc15_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wformat=2 -Wundef
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
  $<$<BOOL:${PC15_WERROR}>:-Werror>)

# Hardening. Fortify needs optimisation and does not mix with sanitizers.
target_compile_options(pc15_options INTERFACE -fstack-protector-strong)
if(NOT PC15_SANITIZE)
  target_compile_options(pc15_options INTERFACE
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()
check_cxx_compiler_flag(-fcf-protection PC15_HAVE_CF_PROTECTION)
if(PC15_HAVE_CF_PROTECTION)
  target_compile_options(pc15_options INTERFACE -fcf-protection)
endif()
foreach(flag IN ITEMS relro now noexecstack)
  check_linker_flag(CXX "-Wl,-z,${flag}" PC15_HAVE_Z_${flag})
  if(PC15_HAVE_Z_${flag})
    target_link_options(pc15_options INTERFACE "-Wl,-z,${flag}")
  endif()
endforeach()

if(PC15_SANITIZE)
  string(REPLACE "," ";" _pc15_sanitizers "${PC15_SANITIZE}")
  foreach(name IN LISTS _pc15_sanitizers)
    if(NOT name MATCHES "^(address|undefined|thread|memory)$")
      message(FATAL_ERROR "PC15_SANITIZE: '${name}' is not one of address, undefined, thread, memory")
    endif()
  endforeach()
  target_compile_options(pc15_options INTERFACE
    -fsanitize=${PC15_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(pc15_options INTERFACE -fsanitize=${PC15_SANITIZE})
endif()
if(PC15_BUILD_FUZZERS)
  target_compile_options(pc15_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PC15_COVERAGE)
  target_compile_options(pc15_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(pc15_options INTERFACE --coverage)
endif()

# pc15_compile_quickly(<target> <flag>): what is no code of the library is compiled with less optimisation in a build
# with sanitizers, which otherwise takes longer than what it then runs.
function(pc15_compile_quickly target flag)
  if(PC15_SANITIZE)
    target_compile_options(${target} PRIVATE ${flag})
  endif()
endfunction()

# pc15_sanitize_wide_registers(<file>...): gcc 12.2 gives variables of 64 bytes places of 32 on the stack that
# AddressSanitizer keeps for use after return, and aligned stores fail (gcc PR 110027). What is named *_avx512.cpp
# is compiled without that check.
function(pc15_sanitize_wide_registers)
  set(files ${ARGN})
  list(FILTER files INCLUDE REGEX "_avx512\\.cpp$")
  if(files AND PC15_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS --param=asan-use-after-return=0)
  endif()
endfunction()

add_library(pc15_core INTERFACE)
target_link_libraries(pc15_core INTERFACE pc15_options Threads::Threads)
target_include_directories(pc15_core INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_options(pc15_core INTERFACE -ffp-contract=off)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(i[3-6]86)$") # the x87 unit rounds as registers are spilled
  target_compile_options(pc15_core INTERFACE -msse2 -mfpmath=sse)
endif()
if(NOT PC15_SANITIZE) # UndefinedBehaviorSanitizer reads the type information
  target_compile_options(pc15_core INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
target_compile_definitions(pc15_core INTERFACE
  PC15_ENABLE_ENCODER=$<BOOL:${PC15_ENABLE_ENCODER}>)
