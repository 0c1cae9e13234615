// Boost.JSON, compiled here once: Debian's libboost1.81-dev brings it as headers.
#include <boost/json/src.hpp>
