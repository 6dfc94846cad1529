# Install rules: library, header, tool, CMake package, pkg-config file, documents.
if(NOT TARGET pc15)
  return()
endif()
include(CMakePackageConfigHelpers)

# Two export sets, so that users of the shared library need not have zlib's development files.
install(TARGETS pc15 EXPORT pc15Targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS pc15_static EXPORT pc15StaticTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET pc15_cuda)
  install(TARGETS pc15_cuda LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_SKIP)
endif()
install(FILES include/pc15.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET pc15_cli)
  install(TARGETS pc15_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/pc15")
foreach(set IN ITEMS pc15Targets pc15StaticTargets)
  install(EXPORT ${set} NAMESPACE pc15:: DESTINATION ${_package_dir})
endforeach()
configure_package_config_file(cmake/pc15Config.cmake.in "${PROJECT_BINARY_DIR}/pc15Config.cmake"
  INSTALL_DESTINATION ${_package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/pc15ConfigVersion.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/pc15Config.cmake" "${PROJECT_BINARY_DIR}/pc15ConfigVersion.cmake"
  DESTINATION ${_package_dir})

# pkg-config: relocatable while the directories are relative, correct when a packager makes them absolute.
foreach(dir IN ITEMS LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
    set(PC15_PC_${dir} "${CMAKE_INSTALL_${dir}}")
  else()
    set(PC15_PC_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(PC15_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH _up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  string(REGEX REPLACE "/$" "" _up "${_up}")
  set(PC15_PC_PREFIX "\${pcfiledir}/${_up}")
endif()
configure_file(cmake/pc15.pc.in "${PROJECT_BINARY_DIR}/pc15.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/pc15.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES README.md CHANGELOG.md LICENSE LICENSE-MIT LICENSE-APACHE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
