# What the headers of this Wireshark declare, asked with small programs; plugin/epan/compat.h acts on it. The answers are
# definitions in DX_COMPAT, 0 or 1.
include(CheckCSourceCompiles)
include(CMakePushCheckState)

# dx_ask - whether an expression compiles with a header of Wireshark; each version is asked anew
function(dx_ask name header expression)
  string(REPLACE . _ answer ${name}_${dx_branch})
  check_c_source_compiles("#include <stdbool.h>\n#include <epan/packet.h>\n#include <${header}>
                           int main(void) { return (int)(${expression}); }" ${answer})
  if(${answer})
    list(APPEND DX_COMPAT ${name}=1)
  else()
    list(APPEND DX_COMPAT ${name}=0)
  endif()
  set(DX_COMPAT ${DX_COMPAT} PARENT_SCOPE)
endfunction()

# dx_compat - asks everything of a version; a target brings the headers, or the folder's include directories do
function(dx_compat dx_branch target)
  cmake_push_check_state(RESET)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # headers only
  if(target)
    set(CMAKE_REQUIRED_LIBRARIES ${target} PkgConfig::DX_GLIB)
    set(CMAKE_REQUIRED_DEFINITIONS -DHAVE_SSIZE_T) # external plugins must (Wireshark's doc/plugins.example)
  else()
    get_directory_property(CMAKE_REQUIRED_INCLUDES INCLUDE_DIRECTORIES)
    # ws_version.h is not made yet
    string(REGEX MATCHALL "[0-9]+" numbers ${dx_branch})
    list(GET numbers 0 major)
    list(GET numbers 1 minor)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/asked/ws_version.h
         "#define WIRESHARK_VERSION_MAJOR ${major}\n#define WIRESHARK_VERSION_MINOR ${minor}\n"
         "#define WIRESHARK_VERSION_MICRO 0\n")
    list(APPEND CMAKE_REQUIRED_INCLUDES ${GLIB2_INCLUDE_DIRS} ${CMAKE_CURRENT_BINARY_DIR}/asked)
    set(CMAKE_REQUIRED_DEFINITIONS -DHAVE_CONFIG_H)
  endif()
  set(DX_COMPAT)
  dx_ask(DX_HEADERS_COMPILE epan/prefs.h "sizeof(module_t *)")
  if("DX_HEADERS_COMPILE=0" IN_LIST DX_COMPAT)
    message(FATAL_ERROR "Wireshark's headers do not compile: see CMakeFiles/CMakeError.log or CMakeConfigureLog.yaml")
  endif()
  dx_ask(DX_PREFERENCE_IS_BOOL epan/prefs.h
         "_Generic(&prefs_register_bool_preference,
                   void (*)(module_t *, const char *, const char *, const char *, bool *): 1)")
  dx_ask(DX_BUTTON_IS_BOOL epan/funnel.h "_Generic((funnel_bt_cb_t)0, bool (*)(funnel_text_window_t *, void *): 1)")
  dx_ask(DX_STAT_INIT_IS_BOOL epan/stat_tap_ui.h "_Generic((stat_tap_init_cb)0, bool (*)(const char *, void *): 1)")
  dx_ask(DX_HAVE_FILTER_ERROR epan/dfilter/dfilter.h "sizeof(df_error_t)")
  dx_ask(DX_INTERFACE_HAS_SECTION epan/epan.h
         "_Generic(&epan_get_interface_name, const char *(*)(const epan_t *, uint32_t, unsigned): 1)")
  dx_ask(DX_CONVERSATION_HAS_USER epan/conversation_filter.h
         "_Generic(&register_conversation_filter,
                   void (*)(const char *, const char *, is_filter_valid_func, build_filter_string_func, void *): 1)")
  dx_ask(DX_RECORD_HAS_BYTES wiretap/wtap.h "sizeof ((wtap_rec *)0)->data")
  dx_ask(DX_HAVE_PLUGIN_DESCRIBE wsutil/plugins.h "WS_PLUGIN_DESC_DISSECTOR")
  dx_ask(DX_SOURCE_HAS_DESCRIPTION epan/packet.h "!get_data_source_description")
  cmake_pop_check_state()
  set(DX_COMPAT ${DX_COMPAT} PARENT_SCOPE)
endfunction()
