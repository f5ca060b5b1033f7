// The C++ driver of the conformance table: bindings/conformance/README.md says what it reads and prints.
#include <mpmeter.hpp>

#include <cxxabi.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <typeinfo>

namespace {

using Json = nlohmann::json;

/** An exception's class as C++ names it, without the namespace that all of them share. */
std::string class_of(const mpmeter::Error &error) {
    int failed = 0;
    char *name = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &failed);
    const std::string text = failed == 0 ? name : typeid(error).name();
    std::free(name);
    const std::string prefix = "mpmeter::";
    return text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text;
}

Json outcome(mpmeter::Status status, const std::string &message, const std::string &fix) {
    return {{"status", mpmeter::status_name(status)},
            {"code", static_cast<std::int32_t>(status)},
            {"action", mpmeter::action_name(mpmeter::status_action(status))},
            {"message", message},
            {"fix", fix},
            {"error_type", nullptr}};
}

Json success() { return outcome(mpmeter::Status::ok, std::string(mpmeter::status_message(mpmeter::Status::ok)), ""); }

template <class T> Json or_null(const std::optional<T> &value) { return value ? Json(*value) : Json(nullptr); }

Json printed(const mpmeter::Error &error) {
    Json object = outcome(error.status(), error.what(), error.fix());
    object["error_type"] = class_of(error);
    object["text"] = error.text();
    object["http_status"] = or_null(error.http_status());
    object["aws_type"] = or_null(error.aws_type());
    object["request_id"] = or_null(error.request_id());
    object["region"] = or_null(error.region());
    object["region_source"] = or_null(error.region_source());
    object["credentials_source"] = or_null(error.credentials_source());
    object["platform"] = or_null(error.platform());
    object["attempts"] = error.attempts();
    object["elapsed_ms"] = error.elapsed().count();
    return object;
}

Json printed(const mpmeter::Registration &registration) {
    Json object = success();
    object["product_code"] = registration.product_code();
    object["product_kind"] = registration.product_kind() == mpmeter::ProductKind::free ? "free" : "paid";
    object["public_key_version"] = registration.public_key_version();
    object["nonce"] = registration.nonce();
    object["verified"] = registration.verified();
    object["signature"] = registration.signature();
    object["public_key_rotation"] = or_null(registration.public_key_rotation());
    const auto issued_at = registration.issued_at();
    object["issued_at"] = issued_at ? Json(issued_at->time_since_epoch().count()) : Json(nullptr);
    object["region"] = or_null(registration.region());
    object["region_source"] = or_null(registration.region_source());
    object["credentials_source"] = or_null(registration.credentials_source());
    object["platform"] = or_null(registration.platform());
    object["request_id"] = or_null(registration.request_id());
    object["attempts"] = registration.attempts();
    object["elapsed_ms"] = registration.elapsed().count();
    return object;
}

Json printed(const mpmeter::Region &region) {
    Json object = success();
    object["region"] = region.name();
    object["region_source"] = region.source();
    object["platform"] = region.platform();
    object["supported"] = region.supported();
    return object;
}

/** A text as the case means it: "$NAME" is the value of that variable. */
std::string text_of(const Json &value) {
    const std::string text = value.get<std::string>();
    if (text.empty() || text.front() != '$') return text;
    const char *variable = std::getenv(text.c_str() + 1);
    if (variable == nullptr) throw std::runtime_error(text + " is not in the environment");
    return variable;
}

std::int32_t number_of(const Json &value) {
    return value.is_string() ? static_cast<std::int32_t>(std::stol(text_of(value))) : value.get<std::int32_t>();
}

std::string content_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(file), {}};
}

mpmeter::Options options_of(const Json &given) {
    mpmeter::Options options;
    const Json keys = given.value("public_keys", Json::array()),
               products = given.value("trusted_products", Json::object());
    for (const Json &key : keys)
        options.public_key(number_of(key.at("version")),
                           key.contains("file") ? content_of(text_of(key["file"])) : text_of(key.at("pem")));
    for (const auto &[code, kind] : products.items())
        options.trust_product(text_of(code), kind == "free" ? mpmeter::ProductKind::free : mpmeter::ProductKind::paid);
    if (given.value("accept_free_products", false)) options.accept_free_products();
    if (given.contains("deadline_ms"))
        options.deadline(std::chrono::milliseconds(given["deadline_ms"].get<std::int64_t>()));
    if (given.contains("region_policy"))
        options.region_policy(given["region_policy"] == "attempt" ? mpmeter::RegionPolicy::attempt
                              : given["region_policy"] == "ask"   ? mpmeter::RegionPolicy::ask
                                                                  : mpmeter::RegionPolicy::enforce);
    if (given.contains("unverified_key_version")) options.unverified(number_of(given["unverified_key_version"]));
    // generated: plain options, by make generate
    if (given.contains("minimum_key_bits")) options.minimum_key_bits(number_of(given["minimum_key_bits"]));
    if (given.contains("app_id")) options.app_id(text_of(given["app_id"]));
    // end of generated
    return options;
}

/** Cancels, on a thread of its own, so long after it was made; before anything begins if that is at once. */
class Canceller {
public:
    explicit Canceller(const Json &options) {
        if (!options.contains("cancel_after_ms")) return;
        const std::chrono::milliseconds delay(options["cancel_after_ms"].get<std::int64_t>());
        if (delay.count() == 0)
            cancellation.cancel();
        else
            thread_ = std::thread([this, delay] {
                std::this_thread::sleep_for(delay);
                cancellation.cancel();
            });
    }
    Canceller(const Canceller &) = delete;
    Canceller &operator=(const Canceller &) = delete;
    ~Canceller() {
        if (thread_.joinable()) thread_.join();
    }

    mpmeter::Cancellation cancellation;

private:
    std::thread thread_;
};

mpmeter::Registration registered(const mpmeter::Client &client, const Json &arguments,
                                 const mpmeter::Cancellation &cancellation) {
    const std::string code = text_of(arguments.at("product_code"));
    if (arguments.contains("nonce"))
        return client.register_usage_with_nonce(code, text_of(arguments["nonce"]), cancellation);
    return client.register_usage(code, cancellation);
}

/** Of each entry DIMENSION=QUANTITY, sorted. */
Json entries(const Json &list) {
    std::vector<std::string> texts;
    for (const Json &entry : list)
        texts.push_back(entry.at("dimension").get<std::string>() + "=" + entry.at("quantity").get<std::string>());
    std::sort(texts.begin(), texts.end());
    return texts;
}

void perform(const Json &step, const mpmeter::Meter &meter, const mpmeter::Cancellation &cancellation, Json &found) {
    const std::string name = step.at("step").get<std::string>();
    if (name == "check") return meter.check(step.value("dimension", ""), &cancellation);
    if (name == "send") return meter.send(step.value("final", false), &cancellation);
    if (name == "next_due") {
        found["due"] = meter.next_due().count() == 0;
        return;
    }
    if (name == "report") {
        const Json books = Json::parse(meter.report());
        for (const char *part : {"pending", "held", "sent"}) found[part] = entries(books.at(part));
        return;
    }
    if (name != "add") throw std::runtime_error("no such step: " + name);
    const Json given = step.value("tags", Json::object());
    std::vector<mpmeter::Tag> tags;
    for (const auto &[key, value] : given.items()) tags.push_back({key, value});
    meter.add(step.at("dimension").get<std::string>(), step.at("quantity").get<std::string>(), tags);
}

/** The steps of a meter. What they have found is printed after a failure too. */
Json metered(const mpmeter::Client &client, const Json &arguments, const mpmeter::Cancellation &cancellation) {
    Json found = {{"steps", 0}};
    mpmeter::MeterOptions options;
    for (const Json &flag : arguments.value("flags", Json::array()))
        (flag == "hold_late" ? options.hold_late : options.whole_units) = true;
    try {
        const mpmeter::Meter meter(client, text_of(arguments.at("product_code")),
                                   arguments.at("journal").get<std::string>(), options);
        for (const Json &step : arguments.at("steps")) {
            perform(step, meter, cancellation, found);
            found["steps"] = found["steps"].get<int>() + 1;
        }
    } catch (const mpmeter::Error &error) {
        Json object = printed(error);
        object.update(found);
        return object;
    }
    Json object = success();
    object.update(found);
    return object;
}

Json performed(const Json &given) {
    const Json options = given.value("options", Json::object());
    const std::string function = given.at("call").at("function").get<std::string>();
    const Json arguments = given["call"].value("arguments", Json::object());
    if (function == "version") {
        Json object = success();
        object["version"] = mpmeter::version();
        return object;
    }
    if (function == "endpoint") {
        mpmeter::EndpointKind kind = mpmeter::EndpointKind::standard;
        for (const Json &name : arguments.value("kinds", Json::array()))
            kind = kind | (name == "fips" ? mpmeter::EndpointKind::fips : mpmeter::EndpointKind::dualstack);
        const std::string endpoint = mpmeter::endpoint(text_of(arguments.at("region")), kind);
        Json object = success();
        object["endpoint"] = endpoint;
        return object;
    }
    const Canceller canceller(options);
    if (function == "diagnose") {
        const auto kind = arguments.at("register").get<bool>() ? mpmeter::DiagnosisKind::send_registration
                                                               : mpmeter::DiagnosisKind::look_only;
        const mpmeter::Diagnosis diagnosis = mpmeter::diagnose(
            options_of(options), {text_of(arguments.at("product_code"))}, kind, canceller.cancellation);
        const Json report = Json::parse(diagnosis.json());
        Json object = success();
        object["verdict"] = mpmeter::status_name(diagnosis.status());
        object["first_failure"] = report.at("first_failure");
        object["checks"] = report.at("checks").size();
        return object;
    }
    const mpmeter::Client client(options_of(options));
    if (function == "verify")
        return printed(client.verify(text_of(arguments.at("token")), text_of(arguments.at("product_code")),
                                     text_of(arguments.at("nonce")), number_of(arguments.at("public_key_version"))));
    if (function == "meter") return metered(client, arguments, canceller.cancellation);
    if (function == "find_region") return printed(client.find_region(canceller.cancellation));
    if (function == "register_usage_twice")
        registered(client, arguments, canceller.cancellation);
    else if (function != "register_usage")
        throw std::runtime_error("no such function: " + function);
    return printed(registered(client, arguments, canceller.cancellation));
}

/** The binding's own table: the numbers for which it has a class, and ok. */
Json statuses() {
    Json table = Json::array();
    for (std::int32_t number = 0; number < 1000; number++) {
        const mpmeter::Status status{number};
        const auto row = [&](Json type) {
            table.push_back({{"status", mpmeter::status_name(status)},
                             {"code", number},
                             {"action", mpmeter::action_name(mpmeter::status_action(status))},
                             {"error_type", std::move(type)}});
        };
        if (status == mpmeter::Status::ok) {
            row(nullptr);
            continue;
        }
        try {
            mpmeter::Error(status).raise();
        } catch (const mpmeter::Error &error) {
            if (typeid(error) != typeid(mpmeter::Error)) row(class_of(error));
        }
    }
    return table;
}

} // namespace

int main(int count, char **arguments) {
    try {
        if (count != 2) throw std::runtime_error("usage: DRIVER CASE.json | --statuses");
        Json object;
        if (arguments[1] == std::string("--statuses")) {
            object = statuses();
        } else {
            const Json given = Json::parse(content_of(arguments[1]));
            try {
                object = performed(given);
            } catch (const mpmeter::Error &error) { object = printed(error); }
        }
        std::cout << object.dump() << std::endl;
        return std::cout ? 0 : 2;
    } catch (const std::exception &problem) {
        std::cerr << "conformance driver: " << problem.what() << '\n';
        return 2;
    }
}
