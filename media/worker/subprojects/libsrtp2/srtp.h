// mediasoup is written for libsrtp 3, Debian has libsrtp 2: one function changed its name, lengths became size_t.
#pragma once
#include <cstddef>
#include <srtp2/srtp.h>

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
	return srtp_remove_stream(session, ssrc);
}

inline srtp_err_status_t srtp_with_int_length(
  srtp_err_status_t (*apply)(srtp_t, void*, int*), srtp_t session, void* packet, size_t* length)
{
	int asInt       = static_cast<int>(*length);
	const auto done = apply(session, packet, &asInt);
	*length         = static_cast<size_t>(asInt);

	return done;
}

inline srtp_err_status_t srtp_protect(srtp_t session, void* packet, size_t* length)
{
	return srtp_with_int_length(srtp_protect, session, packet, length);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, void* packet, size_t* length)
{
	return srtp_with_int_length(srtp_unprotect, session, packet, length);
}

inline srtp_err_status_t srtp_protect_rtcp(srtp_t session, void* packet, size_t* length)
{
	return srtp_with_int_length(srtp_protect_rtcp, session, packet, length);
}

inline srtp_err_status_t srtp_unprotect_rtcp(srtp_t session, void* packet, size_t* length)
{
	return srtp_with_int_length(srtp_unprotect_rtcp, session, packet, length);
}
