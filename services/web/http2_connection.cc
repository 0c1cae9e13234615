#include "services/web/http2_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <chrono>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/common/limits.h"
#include "services/web/http2_frames.h"

namespace klaim::services {
namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::seconds(1);
constexpr auto kFirstRequest = std::chrono::seconds(10);
constexpr auto kIdle = std::chrono::seconds(75);           // without a request under way
constexpr auto kStrangersBody = std::chrono::seconds(10);  // for a body to come in
constexpr auto kBody = std::chrono::minutes(2);
constexpr auto kTaken = std::chrono::minutes(2);  // for what is sent to be taken
// For some of an answer to be taken, which waits here whole: a client may open no window for it (CVE-2019-9517).
constexpr auto kStrangersAnswerMoves = std::chrono::seconds(10);
constexpr auto kAnswerMoves = std::chrono::seconds(30);
constexpr size_t kMaxBodiesBytes = kMaxRequestBytes;  // that come in at once, of all requests of a connection
constexpr uint32_t kMaxRequests = 32;                 // of one connection at once
constexpr size_t kMaxAnswers = 8;  // of those, that are being answered; the others wait for their turn
constexpr size_t kBufferBytes = 32 << 10;
constexpr size_t kWriteBytes = 64 << 10;

class Connection;

// One request and what is still to be sent of its answer. Belongs to the connection's strand, but for what WebPeer says.
class Http2Stream final : public WebPeer, public std::enable_shared_from_this<Http2Stream> {
 public:
  Http2Stream(std::weak_ptr<Connection> connection, int32_t id)
      : connection_(std::move(connection)), id_(id) {}

  void Answer(WebAnswer answer) override;
  void Begin(WebAnswer header) override;
  void Part(std::string bytes, bool last) override;

  // Whether its client takes too long, to send the request or to take the answer.
  bool IsSlow(Clock::time_point now) const {
    if (!whole) return now - began > (account.empty() ? kStrangersBody : kBody);
    return !parts.empty() && now - moved > (account.empty() ? kStrangersAnswerMoves : kAnswerMoves);
  }

  WebRequest request;
  size_t header_bytes = 0;
  std::string account;   // empty where it isn't known
  bool whole = false;    // all of the request came in
  bool refused = false;  // the rest of its body isn't wanted
  bool gone = false;     // closed
  Clock::time_point began = Clock::now();
  std::shared_ptr<WebExchange> exchange;

  std::deque<std::string> parts;
  size_t sent_of_part = 0;
  Clock::time_point moved;  // when some of what waits was taken last
  bool last_part_there = false;

 private:
  template <class Then>
  void Post(Then then);

  const std::weak_ptr<Connection> connection_;
  const int32_t id_;
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(WebStream stream, WebSites& sites, std::unique_ptr<WebVisitor> visitor)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        sites_(sites),
        visitor_(std::move(visitor)) {}
  ~Connection() { nghttp2_session_del(session_); }

  void Start() {
    boost::beast::get_lowest_layer(stream_).expires_never();
    visitor_->seat().CloseBy(ClosingOn(stream_.get_executor(), weak_from_this(), &Connection::Close));
    if (!Prepare()) return Close();
    Look();
    Read();
    Flush();
  }

  auto strand() { return stream_.get_executor(); }

  void Send(int32_t id, WebAnswer answer, bool in_parts) {
    const std::shared_ptr<Http2Stream> stream = Find(id);
    if (stream == nullptr) return;
    std::vector<std::pair<std::string, std::string>> headers = {{":status", absl::StrCat(answer.status)}};
    headers.insert(headers.end(), answer.headers.begin(), answer.headers.end());
    if (!in_parts && answer.status != 304)
      headers.emplace_back("content-length", absl::StrCat(answer.body.size()));
    stream->moved = Clock::now();
    if (!in_parts) {
      stream->last_part_there = true;
      if (!answer.body.empty() && !answer.without_body) stream->parts.push_back(std::move(answer.body));
    }
    std::vector<nghttp2_nv> fields;
    for (auto& [name, value] : headers) {
      fields.push_back({reinterpret_cast<uint8_t*>(name.data()), reinterpret_cast<uint8_t*>(value.data()),
                        name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider body{{.ptr = nullptr}, &Connection::OnSend};
    const bool has_body = in_parts || !stream->parts.empty();
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), has_body ? &body : nullptr);
    Flush();
  }

  void Add(int32_t id, std::string bytes, bool last) {
    const std::shared_ptr<Http2Stream> stream = Find(id);
    if (stream == nullptr) return;
    if (stream->parts.empty()) stream->moved = Clock::now();
    stream->parts.push_back(std::move(bytes));
    stream->last_part_there = last;
    nghttp2_session_resume_data(session_, id);
    Flush();
  }

 private:
  bool Prepare() {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) return false;
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &Connection::OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &Connection::OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Connection::OnData);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Connection::OnFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Connection::OnClose);
    const int made = nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    if (made != 0) return false;
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxRequests},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxWebHeaderBytes},
    };
    return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings)) == 0;
  }

  void Read() {
    stream_.async_read_some(boost::asio::buffer(read_),
                            [self = shared_from_this()](error_code error, size_t size) {
                              if (error) return self->Close();
                              self->Take(absl::string_view(self->read_.data(), size));
                            });
  }

  void Take(absl::string_view bytes) {
    if (closed_) return;
    visitor_->seat().Used();
    used_ = Clock::now();
    if (!counted_.Count(bytes)) return Close();
    const auto taken =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (taken < 0) {
      (void)nghttp2_session_terminate_session(session_, NGHTTP2_PROTOCOL_ERROR);
      ending_ = true;
    }
    Flush();
    if (!ending_ && !closed_) Read();
  }

  // Sends what there is to be sent, some at a time.
  void Flush() {
    if (writing_ || closed_) return;
    written_.clear();
    const uint8_t* bytes = nullptr;
    while (written_.size() < kWriteBytes) {
      const auto size = nghttp2_session_mem_send(session_, &bytes);
      if (size < 0) return Close();
      if (size == 0) break;
      written_.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
    if (written_.empty()) {
      if (ending_ || (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0))
        Close();
      return;
    }
    writing_ = true;
    write_began_ = Clock::now();
    boost::asio::async_write(stream_, boost::asio::buffer(written_),
                             [self = shared_from_this()](error_code error, size_t) {
                               self->writing_ = false;
                               if (error) return self->Close();
                               self->used_ = Clock::now();
                               self->visitor_->seat().Used();
                               self->Flush();
                             });
  }

  // Lets go of who is too slow, or asks nothing.
  void Look() {
    timer_.expires_after(kLook);
    timer_.async_wait([weak = weak_from_this()](error_code stopped) {
      auto self = weak.lock();
      if (stopped || self == nullptr || self->closed_) return;
      const auto now = Clock::now();
      const bool asked = self->asked_;
      if (self->streams_.empty() && now - self->used_ > (asked ? kIdle : kFirstRequest)) return self->Close();
      if (self->writing_ && now - self->write_began_ > kTaken) return self->Close();
      for (const auto& [id, stream] : self->streams_) {
        if (!stream->IsSlow(now)) continue;
        nghttp2_submit_rst_stream(self->session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
      }
      self->Flush();
      self->Look();
    });
  }

  void Close() {
    if (std::exchange(closed_, true)) return;
    for (const auto& [id, stream] : streams_) {
      if (stream->exchange != nullptr) stream->exchange->Cancel();
    }
    streams_.clear();
    waiting_.clear();
    timer_.cancel();
    error_code ignored;
    boost::beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  std::shared_ptr<Http2Stream> Find(int32_t id) const {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second;
  }

  // The request's header is whole.
  void Head(Http2Stream& stream) {
    asked_ = true;
    stream.account = visitor_->AccountOf(stream.request);
  }

  void Dispatch(const std::shared_ptr<Http2Stream>& stream) {
    if (std::exchange(stream->whole, true)) return;
    waiting_.push_back(stream);
    DispatchNext();
  }

  // Each takes its place until its answer was taken whole, or given up.
  void DispatchNext() {
    while (answers_ < kMaxAnswers && !waiting_.empty()) {
      const std::shared_ptr<Http2Stream> stream = std::move(waiting_.front());
      waiting_.pop_front();
      if (!stream->gone) BeginAnswer(stream);
    }
  }

  void BeginAnswer(const std::shared_ptr<Http2Stream>& stream) {
    ++answers_;
    bodies_bytes_ -= stream->request.body().size();
    stream->exchange =
        std::make_shared<WebExchange>(sites_, *visitor_, stream->account, std::move(stream->request), stream);
    stream->exchange->Start();
  }

  // Tells the client to stop sending, once it has its answer.
  void EndLater(int32_t id) {
    boost::asio::post(strand(), [self = shared_from_this(), id] {
      nghttp2_submit_rst_stream(self->session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
      self->Flush();
    });
  }

  void RefuseBody(Http2Stream& stream) {
    stream.whole = stream.refused = true;
    bodies_bytes_ -= stream.request.body().size();
    stream.request.body().clear();
    stream.Answer(WebExchange::BodyTooLong());
  }

  static Connection& Of(void* user) { return *static_cast<Connection*>(user); }

  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Connection& self = Of(user);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    self.streams_[frame->hd.stream_id] =
        std::make_shared<Http2Stream>(self.weak_from_this(), frame->hd.stream_id);
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* user) {
    // What comes behind a body (trailers) is no header: what was judged by the headers may not change any more.
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    const std::shared_ptr<Http2Stream> stream = Of(user).Find(frame->hd.stream_id);
    if (stream == nullptr || stream->whole) return 0;
    stream->header_bytes += name_size + value_size;
    if (stream->header_bytes > kMaxWebHeaderBytes) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const boost::beast::string_view field(reinterpret_cast<const char*>(name), name_size);
    const boost::beast::string_view text(reinterpret_cast<const char*>(value), value_size);
    WebRequest& request = stream->request;
    if (field == ":method") {
      request.method_string(text);
    } else if (field == ":path") {
      request.target(text);
    } else if (field == ":authority") {
      request.set(boost::beast::http::field::host, text);
    } else if (field == "cookie" && request.count(field) != 0) {
      // A client may send its cookies one by one (RFC 9113 section 8.2.3).
      request.set(field, absl::StrCat(FieldOf(request, "cookie"), "; ", std::string(text)));
    } else if (field != ":scheme" && (field != "host" || request.count(field) == 0)) {
      request.insert(field, text);
    }
    return 0;
  }

  static int OnData(nghttp2_session*, uint8_t, int32_t id, const uint8_t* bytes, size_t size, void* user) {
    Connection& self = Of(user);
    const std::shared_ptr<Http2Stream> stream = self.Find(id);
    if (stream == nullptr || stream->whole) return 0;
    std::string& body = stream->request.body();
    const size_t most =
        stream->account.empty() ? kMaxStrangersBodyBytes : static_cast<size_t>(kMaxRequestBytes);
    if (body.size() + size > most || self.bodies_bytes_ + size > kMaxBodiesBytes) {
      self.RefuseBody(*stream);
      return 0;
    }
    body.append(reinterpret_cast<const char*>(bytes), size);
    self.bodies_bytes_ += size;
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Connection& self = Of(user);
    const std::shared_ptr<Http2Stream> stream = self.Find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) self.Head(*stream);
    const bool carries = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (carries && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) self.Dispatch(stream);
    return 0;
  }

  static int OnClose(nghttp2_session*, int32_t id, uint32_t, void* user) {
    Connection& self = Of(user);
    const std::shared_ptr<Http2Stream> stream = self.Find(id);
    if (stream == nullptr) return 0;
    stream->gone = true;
    if (stream->exchange == nullptr) {
      self.bodies_bytes_ -= stream->request.body().size();
    } else {
      --self.answers_;
      stream->exchange->Cancel();
    }
    stream->parts.clear();
    self.streams_.erase(id);
    // Not from here, where the session is at work.
    if (!self.waiting_.empty()) {
      boost::asio::post(self.strand(), [connection = self.shared_from_this()] {
        if (!connection->closed_) connection->DispatchNext();
      });
    }
    return 0;
  }

  static ssize_t OnSend(nghttp2_session*, int32_t id, uint8_t* into, size_t room, uint32_t* flags,
                        nghttp2_data_source*, void* user) {
    Connection& self = Of(user);
    const std::shared_ptr<Http2Stream> stream = self.Find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    size_t copied = 0;
    while (copied < room && !stream->parts.empty()) {
      const std::string& part = stream->parts.front();
      const size_t size = std::min(room - copied, part.size() - stream->sent_of_part);
      std::copy_n(part.data() + stream->sent_of_part, size, into + copied);
      copied += size;
      stream->sent_of_part += size;
      stream->moved = Clock::now();
      if (stream->sent_of_part < part.size()) break;
      stream->parts.pop_front();
      stream->sent_of_part = 0;
      if (!stream->last_part_there && stream->exchange != nullptr)
        boost::asio::post(self.strand(), [exchange = stream->exchange] { exchange->Next(); });
    }
    if (stream->parts.empty() && stream->last_part_there) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (stream->refused) self.EndLater(id);
    } else if (copied == 0) {
      return NGHTTP2_ERR_DEFERRED;
    }
    return static_cast<ssize_t>(copied);
  }

  WebStream stream_;
  boost::asio::steady_timer timer_;
  WebSites& sites_;
  const std::unique_ptr<WebVisitor> visitor_;
  nghttp2_session* session_ = nullptr;
  absl::flat_hash_map<int32_t, std::shared_ptr<Http2Stream>> streams_;
  ConnectionCost cost_{FrameBounds{.streams = 0}};  // nghttp2 counts them
  FrameCounter counted_{FrameCounter::Side::kClient, cost_};
  std::deque<std::shared_ptr<Http2Stream>> waiting_;  // whole, for their turn
  size_t answers_ = 0;
  size_t bodies_bytes_ = 0;
  bool asked_ = false;
  Clock::time_point used_ = Clock::now();
  std::array<char, kBufferBytes> read_{};
  std::string written_;
  bool writing_ = false;
  Clock::time_point write_began_;
  bool ending_ = false;
  bool closed_ = false;
};

template <class Then>
void Http2Stream::Post(Then then) {
  auto connection = connection_.lock();
  if (connection == nullptr) return;
  const auto strand = connection->strand();
  boost::asio::post(
      strand, [connection = std::move(connection), then = std::move(then)]() mutable { then(*connection); });
}

void Http2Stream::Answer(WebAnswer answer) {
  Post([id = id_, answer = std::move(answer)](Connection& connection) mutable {
    connection.Send(id, std::move(answer), false);
  });
}

void Http2Stream::Begin(WebAnswer header) {
  Post([id = id_, header = std::move(header)](Connection& connection) mutable {
    connection.Send(id, std::move(header), true);
  });
}

void Http2Stream::Part(std::string bytes, bool last) {
  Post([id = id_, bytes = std::move(bytes), last](Connection& connection) mutable {
    connection.Add(id, std::move(bytes), last);
  });
}

}  // namespace

void ServeHttp2(WebStream stream, WebSites& sites, std::unique_ptr<WebVisitor> visitor) {
  std::make_shared<Connection>(std::move(stream), sites, std::move(visitor))->Start();
}

}  // namespace klaim::services
