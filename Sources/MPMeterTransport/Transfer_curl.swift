// Decides how libcurl is set up and driven for one exchange. Owns its handles and what they have received.

internal import CCurl
internal import CMPMeterSystem
internal import MPMeterCore
internal import MPMeterSystem

final class Transfer {
    let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    let errorText: UnsafeMutablePointer<CChar>
    private let end: UnsafeMutablePointer<CCurl_end>
    let reach: UnsafeMutablePointer<CCurl_reach>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var resolved: UnsafeMutablePointer<curl_slist>?
    var hasOnlyIPv4Addresses = false
    var hasProxy = false
    let answer = AnswerBuffer()
    var certificateCheck: CertificateCheck?
    private var isTLS = true

    /// Not an initialiser: Embedded Swift does not free the object of one that throws.
    static func make() throws(TransportFailure) -> Transfer {
        let transfer: Transfer? = ForkGuard.inside {
            guard let multi = curl_multi_init() else { return nil }
            guard let easy = curl_easy_init() else {
                curl_multi_cleanup(multi)
                return nil
            }
            return Transfer(takingOwnershipOf: easy, multi)
        }
        guard let transfer else { throw TransportFailure(.outOfMemory, "libcurl could not be set up") }
        return transfer
    }

    private init(takingOwnershipOf easy: UnsafeMutableRawPointer, _ multi: UnsafeMutableRawPointer) {
        self.easy = easy
        self.multi = multi
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        end = .allocate(capacity: 1)
        end.initialize(to: CCurl_end(deadline_ms: .max, is_cancelled: nil))
        reach = .allocate(capacity: 1)
        reach.initialize(to: CCurl_reach(is_local_only: 0, has_refused: 0))
    }

    deinit {
        ForkGuard.inside {
            // Nothing that still comes matters.
            Self.receiving(until: 1) {
                curl_multi_remove_handle(multi, easy)
                curl_easy_cleanup(easy)
                curl_multi_cleanup(multi)
            }
            curl_slist_free_all(headers)
            curl_slist_free_all(resolved)
        }
        errorText.deallocate()
        end.deallocate()
        reach.deallocate()
    }

    /// `addresses` are those of the host that is connected to, the proxy's if there is one; none if libcurl knows it
    /// without asking.
    func prepare(
        _ request: HTTPRequest, _ settings: ConnectionSettings, at addresses: [String],
        connectWithin milliseconds: Int64
    ) throws(TransportFailure) {
        certificateCheck = try CertificateCheck.make(settings.roots)
        guard ForkGuard.inside({ isPrepared(request, settings, addresses, milliseconds) }) else {
            throw TransportFailure(.internal, "libcurl did not accept the request")
        }
    }

    /// After `prepare`: goes no further than the handshake, sends nothing, and takes any certificate, to say whose it
    /// is.
    func prepareToLook() throws(TransportFailure) {
        let isPrepared = ForkGuard.inside {
            CCurl_set_long(easy, CURLOPT_CONNECT_ONLY, 1) == CURLE_OK
                && CCurl_set_long(easy, CURLOPT_CERTINFO, 1) == CURLE_OK
                && CCurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0) == CURLE_OK
                && CCurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0) == CURLE_OK
        }
        guard isPrepared else { throw TransportFailure(.internal, "libcurl did not accept the request") }
    }

    /// After `drive`: who issued the last certificate of the chain that the server showed.
    func certificateIssuer() -> String? {
        var text = [CChar](repeating: 0, count: 256)
        guard ForkGuard.inside({ CCurl_get_issuer(easy, &text, text.count) }) == 1 else { return nil }
        return String(utf8: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })?.quotable()
    }

    private func isPrepared(
        _ request: HTTPRequest, _ settings: ConnectionSettings, _ addresses: [String], _ milliseconds: Int64
    ) -> Bool {
        answer.limit = settings.responseLimit
        isTLS = request.url.isHTTPS
        hasProxy = settings.proxy != nil
        var ok = CCurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText) == CURLE_OK
        func set(_ option: CURLoption, _ value: Int) { ok = CCurl_set_long(easy, option, value) == CURLE_OK && ok }
        func set(_ option: CURLoption, _ value: String) { ok = CCurl_set_string(easy, option, value) == CURLE_OK && ok }

        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_URL, request.url.text)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(milliseconds))
        set(CURLOPT_USERAGENT, settings.userAgent)
        // Whatever a URL was taken for when it was let through, in clear nothing leaves but to this machine and the
        // agents' own addresses.
        reach.pointee.is_local_only = request.url.isHTTPS ? 0 : 1
        ok = CCurl_set_reach(easy, reach) == CURLE_OK && ok
        ok = CCurl_set_end(easy, end) == CURLE_OK && ok

        // An empty proxy keeps libcurl from looking for one by itself. Its user and password never stand in a URL that
        // libcurl might quote.
        set(CURLOPT_PROXY, settings.proxy.map { "\($0.url.scheme)://\($0.authority)" } ?? "")
        set(CURLOPT_NOPROXY, settings.proxy == nil ? "*" : "")
        if let user = settings.proxy?.user { set(CURLOPT_PROXYUSERNAME, user.reveal()) }
        if let password = settings.proxy?.password { set(CURLOPT_PROXYPASSWORD, password.reveal()) }
        hasOnlyIPv4Addresses = !addresses.isEmpty && addresses.allSatisfy { !$0.startsWith("[") }
        if !addresses.isEmpty {
            let host = settings.proxy?.url.host ?? request.url.host
            let port = settings.proxy?.port ?? request.url.port ?? (request.url.isHTTPS ? 443 : 80)
            resolved = curl_slist_append(nil, "\(host):\(port):\(addresses.joined(separator: ","))")
            ok = resolved != nil && CCurl_set_pointer(easy, CURLOPT_RESOLVE, resolved) == CURLE_OK && ok
        }

        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ok = hasOwnCheck() && ok
        // Every transfer has a handle of its own, which would keep a session that nobody resumes; and libcurl 7.88
        // frees one twice when memory is short.
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)

        var list = request.headers.map { $0.name + ": " + $0.value }
        switch request.method {
        case .GET: set(CURLOPT_HTTPGET, 1)
        case .POST, .PUT:
            set(CURLOPT_POST, 1)
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            set(CURLOPT_POSTFIELDSIZE, request.body.count)
            // Copied by libcurl, by the size just set.
            ok =
                request.body.withUnsafeBytes {
                    CCurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
                } == CURLE_OK && ok
            if request.body.isEmpty { list.append("Content-Type:") }
            list.append("Expect:")
        }
        for header in list {
            guard let longer = curl_slist_append(headers, header) else { ok = false; break }
            headers = longer
        }
        ok = CCurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK && ok

        let context = Unmanaged.passUnretained(answer).toOpaque()
        ok = CCurl_set_pointer(easy, CURLOPT_WRITEDATA, context) == CURLE_OK && ok
        ok = CCurl_set_pointer(easy, CURLOPT_HEADERDATA, context) == CURLE_OK && ok
        ok =
            CCurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) {
                AnswerBuffer.receive($0, $1, $2, $3) { $0.append(body: $1) }
            } == CURLE_OK && ok
        ok =
            CCurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) {
                AnswerBuffer.receive($0, $1, $2, $3) { $0.append(headerLine: $1) }
            } == CURLE_OK && ok
        return ok && curl_multi_add_handle(multi, easy) == CURLM_OK
    }

    /// Certificates are this library's to read and to check. No file of libcurl's choice is read.
    private func hasOwnCheck() -> Bool {
        for option in [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] {
            guard CCurl_set_pointer(easy, option, nil) == CURLE_OK else { return false }
        }
        guard let certificateCheck else { return false }
        // For connections to a proxy, too.
        return CCurl_set_ssl_context_function(easy, Unmanaged.passUnretained(certificateCheck).toOpaque()) {
            _, sslContext, check in
            TLSContext.prepare(sslContext, check)
            return CURLE_OK
        } == CURLE_OK
    }

    /// Milliseconds that one step may go on receiving, during which a fork() waits. What has come by then is taken up
    /// in the next.
    private static let longestStep: Int64 = 20

    /// Until a moment (`Clock.monotonic`) that is not 0.
    private static func receiving<T>(until moment: Int64, _ body: () -> T) -> T {
        mpsys_receive_until(max(moment, 1))
        defer { mpsys_receive_until(0) }
        return body()
    }

    func run(until deadline: Int64, _ cancellation: Cancellation?) throws(TransportFailure) -> HTTPResponse {
        mpsys_shortage_forget()
        do throws(TransportFailure) {
            try drive(until: deadline, cancellation)
        } catch {
            var failure = mpsys_shortage_seen() == 1 ? error.inAShortage : error
            failure.mayHaveBeenSent = mayHaveSent
            throw failure
        }
        var status = 0
        guard CCurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK, status >= 100 else {
            throw TransportFailure(.badResponse, "the answer has no HTTP status")
        }
        return HTTPResponse(status: status, headers: answer.headers, body: answer.body)
    }

    /// Whether the connection was so far that the request may have gone out.
    private var mayHaveSent: Bool { hasPassed(isTLS ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T) ?? true }

    /// nil if libcurl does not say.
    func hasPassed(_ milestone: CURLINFO) -> Bool? {
        var moment: curl_off_t = 0
        return CCurl_get_offset(easy, milestone, &moment) == CURLE_OK ? moment != 0 : nil
    }

    func drive(until deadline: Int64, _ cancellation: Cancellation?) throws(TransportFailure) {
        // `cancellation` outlives this call.
        end.pointee = CCurl_end(deadline_ms: deadline, is_cancelled: UnsafePointer(cancellation?.flag))
        let look = { () throws(TransportFailure) in
            if cancellation?.isCancelled ?? false { throw TransportFailure(.cancelled, "the call was cancelled") }
            guard Clock.monotonic < deadline else { throw self.timeIsUp() }
        }
        try certificateCheck?.readBundle(look)
        var running: Int32 = 1
        while true {
            let stepEnd = min(deadline, Clock.monotonic + Self.longestStep)
            let code = ForkGuard.inside { Self.receiving(until: stepEnd) { curl_multi_perform(multi, &running) } }
            guard code == CURLM_OK else { throw TransportFailure(.internal, "libcurl failed") }
            if running == 0 { break }
            if certificateCheck?.isWaiting ?? false {
                try certificateCheck?.readSystemBundle(look)
                continue
            }
            if cancellation?.isCancelled ?? false { throw TransportFailure(.cancelled, "the call was cancelled") }
            let left = deadline - Clock.monotonic
            guard left > 0 else { throw timeIsUp() }
            guard curl_multi_poll(multi, nil, 0, Int32(min(left, 50)), nil) == CURLM_OK else {
                throw TransportFailure(.internal, "libcurl failed")
            }
        }
        let result = CCurl_result(multi)
        if cancellation?.isCancelled ?? false, result != Int32(CURLE_OK.rawValue) {
            throw TransportFailure(.cancelled, "the call was cancelled")
        }
        guard result == Int32(CURLE_OK.rawValue) else { throw failure(CURLcode(UInt32(truncatingIfNeeded: result))) }
    }
}
