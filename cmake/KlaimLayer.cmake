# One library a layer. Headers are found only through the layers that a target links, so that an upward include does
# not build: each layer's headers are shown to others under build/<preset>/layers/<layer>, never the source root.

# klaim_layer(NAME DIR SOURCES ... LINKS ...): of headers alone, without SOURCES.
function(klaim_layer name directory)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  set(reach PUBLIC)
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    klaim_warnings(${name})
    klaim_unity(${name} ${CMAKE_SOURCE_DIR} ${ARG_SOURCES})
  else()
    set(reach INTERFACE)
    add_library(${name} INTERFACE)
  endif()
  set(include_root ${CMAKE_BINARY_DIR}/layers/${name})
  get_filename_component(parent ${include_root}/${directory} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${directory} ${include_root}/${directory} SYMBOLIC)
  target_include_directories(${name} ${reach} ${include_root})
  target_link_libraries(${name} ${reach} ${ARG_LINKS})
endfunction()

function(klaim_warnings name)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                         -Wno-missing-field-initializers
                                         -Wno-restrict)  # gcc 12 sees overlaps that aren't there (GCC bug 105329)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${name} PRIVATE -Wno-error -Wno-unknown-warning-option)  # gcc's warnings are the ones that count
  endif()
  if(KLAIM_SANITIZERS STREQUAL "thread")
    target_compile_options(${name} PRIVATE -Wno-tsan)  # Boost.Asio's fences, which the sanitizer can't follow
  endif()
endfunction()

# Libraries whose code waits for people and for the network, and isn't worth the minutes that optimising it takes.
function(klaim_waits)
  foreach(name ${ARGN})
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endforeach()
endfunction()

# A program. Messages are made and freed on different threads all day, which glibc's allocator is slow at: jemalloc, but
# for the sanitizers, which bring their own.
function(klaim_program name)
  klaim_warnings(${name})
  if(NOT KLAIM_SANITIZERS)
    target_link_libraries(${name} PRIVATE PkgConfig::jemalloc)
  endif()
endfunction()
