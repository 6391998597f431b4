# Packages: `cpack -G DEB` in the build folder. A plugin fits one minor version of Wireshark only, so the package
# depends on exactly that one.
if(EXISTS ${PROJECT_SOURCE_DIR}/README.md)
  install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${DX_DOCUMENTS_INSTALL_DIR})
endif()
install(FILES ${PROJECT_SOURCE_DIR}/plugin/collect-evidence.cmd
              ${PROJECT_SOURCE_DIR}/plugin/collect-evidence.sh ${PROJECT_SOURCE_DIR}/plugin/collect-evidence.md
              ${PROJECT_SOURCE_DIR}/plugin/copyright
        DESTINATION ${DX_DOCUMENTS_INSTALL_DIR} OPTIONAL)

string(REGEX MATCH "^([0-9]+)[.]([0-9]+)$" dx_branch_parts ${DX_WIRESHARK_BRANCH})
math(EXPR dx_next_minor "${CMAKE_MATCH_2} + 1")
set(dx_next_branch ${CMAKE_MATCH_1}.${dx_next_minor})

set(CPACK_PACKAGE_NAME wireshark-ssltrouble)
set(CPACK_PACKAGE_VENDOR "SSL Troubleshooter")
set(CPACK_PACKAGE_CONTACT "SSL Troubleshooter maintainers <maintainers@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark plugin that says why a TLS handshake failed")
set(CPACK_PACKAGE_DESCRIPTION "Reads handshakes in a capture and tells, per connection, the cause of a
failure, whether it is certain, the evidence, what to check next and how
to fix it. For Wireshark ${DX_WIRESHARK_BRANCH}.")
set(CPACK_PACKAGE_FILE_NAME wireshark${DX_WIRESHARK_BRANCH}-ssltrouble_${PROJECT_VERSION}_${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)

set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}+wireshark${DX_WIRESHARK_BRANCH})
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "wireshark-common (>= ${DX_WIRESHARK_BRANCH}~), wireshark-common (<< ${dx_next_branch}~)")
find_program(dx_shlibdeps dpkg-shlibdeps)
mark_as_advanced(dx_shlibdeps)
if(dx_shlibdeps) # from dpkg-dev; it knows the versions, too
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
else()
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libglib2.0-0 | libglib2.0-0t64, libgnutls30 | libgnutls30t64")
  if(DX_EVTX_FOUND)
    string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libevtx1 | libevtx1t64")
  endif()
  if(DX_JSON_FOUND)
    string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libjson-glib-1.0-0")
  endif()
endif()
include(CPack)
