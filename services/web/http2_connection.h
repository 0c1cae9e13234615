// HTTP/2 (RFC 9113) on the HTTP port, by nghttp2: requests and answers as over HTTP/1.1 (web_exchange.h).
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>

#include "services/web/web_exchange.h"

namespace klaim::services {

using WebStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

// Serves a connection over which the client has chosen "h2", until it is closed; on the stream's strand, from which this is
// called. `sites` must live longer than the stream's context.
void ServeHttp2(WebStream stream, WebSites& sites, std::unique_ptr<WebVisitor> visitor);

}  // namespace klaim::services
