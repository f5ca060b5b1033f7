// Decides what a transfer that libcurl gave up is called, and what stood in its way.

internal import CCurl
internal import MPMeterCore

extension Transfer {
    func failure(_ code: CURLcode) -> TransportFailure {
        if reach.pointee.has_refused == 1 {
            return TransportFailure(
                .forbidden,
                "plain HTTP is only allowed to this machine and to AWS's link-local addresses"
            )
        }
        if answer.isTooLarge {
            return TransportFailure(.badResponse, "a response of more than \(answer.limit) bytes")
        }
        let detail = errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
        let reason = detail.quotable(limit: 255)
        let obstacle = obstacle(code, reason)
        switch code {
        // The connection broke during the handshake: nothing was said about a certificate.
        case CURLE_SSL_CONNECT_ERROR
        where ["SSL_ERROR_SYSCALL", "unexpected eof", "Recv failure", "Send failure"].contains {
            reason.contains(bytesOf: $0)
        }:
            return TransportFailure(.network, reason, obstacle)
        case CURLE_ABORTED_BY_CALLBACK: return timeIsUp()
        case CURLE_OPERATION_TIMEDOUT: return timeIsUp(reason)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            return TransportFailure(.tls, reason, obstacle)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            return TransportFailure(.badResponse, reason, obstacle)
        // RFC 9112 section 7.1: a chunk without a size that is one. What breaks off in the middle of a chunk says
        // something else.
        case CURLE_RECV_ERROR
        where reason.contains(bytesOf: "chunked-encoding") || reason.contains(bytesOf: "chunk hex-length"):
            return TransportFailure(.badResponse, reason, obstacle)
        // CURLE_TOO_LARGE, which libcurl has from 8.6 on.
        case CURLcode(rawValue: 100):
            return TransportFailure(.badResponse, "a line of the response's head does not end", obstacle)
        case CURLE_OUT_OF_MEMORY: return TransportFailure(.outOfMemory, reason, obstacle)
        default: return TransportFailure(.network, reason, obstacle)
        }
    }

    func timeIsUp(_ reason: String = "no answer in time") -> TransportFailure {
        if isBeforeTunnel { return TransportFailure(.timedOut, reason) }
        if certificateCheck?.isAwaited ?? false {
            return TransportFailure(
                .timedOut, "the connection is open, but nobody answers the TLS handshake", .handshake)
        }
        // libcurl notes it when the handshake is over, too.
        return TransportFailure(.timedOut, reason, hasPassed(CURLINFO_CONNECT_TIME_T) ?? false ? .response : .unknown)
    }

    /// What stood in the way.
    private func obstacle(_ code: CURLcode, _ reason: String) -> TransportFailure.Obstacle {
        var connectStatus = 0
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .name
        case CURLE_COULDNT_RESOLVE_PROXY: return .proxyName
        case CURLE_COULDNT_CONNECT:
            return hasOnlyIPv4Addresses && HostNames.hasOnlyIPv6 ? .connectionWithoutIPv4 : .connection
        case CURLE_PEER_FAILED_VERIFICATION:
            // libcurl's own sentence about the name; it has looked at the chain before.
            let flaw = certificateCheck?.flaw ?? .name
            return isBeforeTunnel ? .proxyCertificate(flaw) : .certificate(flaw)
        default:
            guard CCurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &connectStatus) == CURLE_OK else { return .unknown }
            let isOfProxy = connectStatus >= 300 || code == CURLE_RECV_ERROR && isInvalidAnswerToCONNECT(reason)
            if isOfProxy { return .proxyStatus(connectStatus) }
            let isEnd = [CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PROXY, CURLE_SSL_CONNECT_ERROR]
                .contains(code)
            return isEnd && isBeforeTunnel ? .proxyEnded : .unknown
        }
    }

    /// Whether there is a proxy that has not answered CONNECT yet.
    private var isBeforeTunnel: Bool {
        var status = 0
        return hasProxy && CCurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK && status == 0
    }

    /// Whether the proxy's answer to CONNECT is not HTTP, has a line or fields without end, or ends with a status that
    /// is not final. What a server answers has limits of our own.
    private func isInvalidAnswerToCONNECT(_ reason: String) -> Bool {
        ["CONNECT response too large", "Too large response headers", "CONNECT tunnel failed"].contains {
            reason.contains(bytesOf: $0)
        }
    }
}
