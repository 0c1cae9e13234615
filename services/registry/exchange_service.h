// ExchangeService: which persons and respondents stand in another docket too, by blind indexes (engine/linkage/blind_index.h).
//
// The key of an exchange is a secret of the vault, made when it is first needed and destroyed when the exchange is closed; a
// call to close that fails is to be repeated. Claimants are offered only with their consent to share with the partner.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "absl/synchronization/mutex.h"
#include "engine/domain/registry/exchange.h"
#include "engine/linkage/blind_index.h"
#include "klaim/v1/exchange_service.pb.h"
#include "services/boundary/call_pipeline.h"
#include "services/boundary/service_methods.h"

namespace klaim::services {

class ExchangeService final : public ServiceMethods {
 public:
  explicit ExchangeService(CallPipeline& calls);
  ~ExchangeService() override { worker_.join(); }

  grpc::ServerUnaryReactor* OpenExchange(grpc::CallbackServerContext* context,
                                         const v1::OpenExchangeRequest* request,
                                         v1::OpenExchangeResponse* response);
  grpc::ServerUnaryReactor* OfferBlindIndex(grpc::CallbackServerContext* context,
                                            const v1::OfferBlindIndexRequest* request,
                                            v1::OfferBlindIndexResponse* response);
  grpc::ServerUnaryReactor* AnswerBlindIndex(grpc::CallbackServerContext* context,
                                             const v1::AnswerBlindIndexRequest* request,
                                             v1::AnswerBlindIndexResponse* response);
  grpc::ServerUnaryReactor* RecordExchangeMatches(grpc::CallbackServerContext* context,
                                                  const v1::RecordExchangeMatchesRequest* request,
                                                  v1::RecordExchangeMatchesResponse* response);
  grpc::ServerUnaryReactor* GetExchange(grpc::CallbackServerContext* context,
                                        const v1::GetExchangeRequest* request,
                                        v1::GetExchangeResponse* response);
  grpc::ServerUnaryReactor* ResolveReference(grpc::CallbackServerContext* context,
                                             const v1::ResolveReferenceRequest* request,
                                             v1::ResolveReferenceResponse* response);
  grpc::ServerUnaryReactor* CloseExchange(grpc::CallbackServerContext* context,
                                          const v1::CloseExchangeRequest* request,
                                          v1::CloseExchangeResponse* response);

 private:
  // Works a part out on the worker, has it recorded, and answers once it is durable.
  template <class Request, class Response, class Work>
  grpc::ServerUnaryReactor* Record(grpc::CallbackServerContext* context, const Request* request,
                                   Response* response, Work work);
  absl::StatusOr<domain::OfferPart> Offer(const v1::OfferBlindIndexRequest& request,
                                          v1::OfferBlindIndexResponse& response);
  absl::StatusOr<domain::AnswerPart> Answer(const v1::AnswerBlindIndexRequest& request,
                                            v1::AnswerBlindIndexResponse& response);
  absl::StatusOr<domain::RecordMatches> Resolve(const v1::RecordExchangeMatchesRequest& request);
  // An exchange that goes on, with its key. FAILED_PRECONDITION when it is closed; NOT_FOUND when there is none yet, and it isn't to be made.
  struct Opened {
    uint64_t partner_id = 0;
    linkage::BlindingKey key;
  };
  absl::StatusOr<Opened> Open(uint64_t exchange_id, bool make = true);

  CallPipeline& calls_;
  absl::Mutex keys_mutex_;  // held while a key is made or destroyed
  boost::asio::thread_pool worker_{1};
};

}  // namespace klaim::services
