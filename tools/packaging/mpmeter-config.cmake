# find_package(mpmeter) gives the target mpmeter::mpmeter.
get_filename_component(_mpmeter_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET mpmeter::mpmeter)
    add_library(mpmeter::mpmeter SHARED IMPORTED)
    set_target_properties(mpmeter::mpmeter PROPERTIES
        IMPORTED_LOCATION "${_mpmeter_prefix}/lib/libmpmeter.so.1"
        IMPORTED_SONAME "libmpmeter.so.1"
        INTERFACE_INCLUDE_DIRECTORIES "${_mpmeter_prefix}/include")
endif()
unset(_mpmeter_prefix)
