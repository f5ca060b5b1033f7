# find_package(mpmeter) gives two targets: mpmeter::mpmeter for C and C++, and mpmeter::cpp, the same with
# C++17 for mpmeter.hpp.

# Where this file really lies, so that the prefix may be moved, and found through a link such as /lib -> /usr/lib.
get_filename_component(_mpmeter_prefix "${CMAKE_CURRENT_LIST_FILE}" REALPATH)
get_filename_component(_mpmeter_prefix "${_mpmeter_prefix}/../../../.." ABSOLUTE)

foreach(_mpmeter_file include/mpmeter.h lib/libmpmeter.so.1)
    if(NOT EXISTS "${_mpmeter_prefix}/${_mpmeter_file}")
        set(mpmeter_FOUND FALSE)
        set(mpmeter_NOT_FOUND_MESSAGE "${_mpmeter_prefix}/${_mpmeter_file} is missing: install mpmeter again.")
        return()
    endif()
endforeach()

if(NOT TARGET mpmeter::mpmeter)
    add_library(mpmeter::mpmeter SHARED IMPORTED)
    set_target_properties(mpmeter::mpmeter PROPERTIES
        IMPORTED_LOCATION "${_mpmeter_prefix}/lib/libmpmeter.so.1"
        IMPORTED_SONAME "libmpmeter.so.1"
        INTERFACE_INCLUDE_DIRECTORIES "${_mpmeter_prefix}/include")
endif()
if(NOT TARGET mpmeter::cpp)
    add_library(mpmeter::cpp INTERFACE IMPORTED)
    set_target_properties(mpmeter::cpp PROPERTIES
        INTERFACE_LINK_LIBRARIES mpmeter::mpmeter
        INTERFACE_COMPILE_FEATURES cxx_std_17)
endif()
unset(_mpmeter_file)
unset(_mpmeter_prefix)
