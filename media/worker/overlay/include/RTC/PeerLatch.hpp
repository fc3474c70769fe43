#ifndef MS_RTC_PEER_LATCH_HPP
#define MS_RTC_PEER_LATCH_HPP

#include "common.hpp"
#include <cstring>

namespace RTC
{
	/**
	 * Which source of packets is believed to be a SIP peer: symmetric RTP (RFC 4961), latching (RFC 7362 section 3).
	 *
	 * Nobody is, before connect(). Then the place that the peer's SDP named is, at once and always. Another is only where
	 * that place was silent for a second from then on, or is a private one and the other is not: a NAT stands between. The
	 * one who is believed stays so until the next connect(), unless somebody comes from a better place: the signalled one,
	 * or at least its IP address. With SRTP the keys tell who is who, and the peer may move when it was silent for a second.
	 *
	 * Addresses are compared whole: the hash of a TransportTuple is not unique for IPv6, and easily made to match.
	 */
	class PeerLatch
	{
	public:
		enum class Verdict : uint8_t
		{
			STRANGER,
			PEER,
			// The peer, who was not here before.
			ARRIVED,
			// Likewise; and whoever was believed before was somebody else.
			UNMASKED,
		};

	private:
		static constexpr uint64_t SilenceMs{ 1000u };

		// How well a place fits the signalled one.
		enum class Fit : uint8_t
		{
			ELSEWHERE,
			SAME_IP,
			EXACT,
		};

		class Place
		{
		public:
			void Set(const struct sockaddr* address)
			{
				std::memset(&this->storage, 0, sizeof(this->storage));

				if (address)
				{
					std::memcpy(
					  &this->storage,
					  address,
					  address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
				}
			}

			bool IsSet() const
			{
				return this->storage.ss_family != 0u;
			}

			bool HasIpOf(const struct sockaddr* other) const
			{
				if (this->storage.ss_family != other->sa_family)
				{
					return false;
				}

				return other->sa_family == AF_INET
				         ? Ipv4()->sin_addr.s_addr ==
				             reinterpret_cast<const struct sockaddr_in*>(other)->sin_addr.s_addr
				         : std::memcmp(
				             &Ipv6()->sin6_addr,
				             &reinterpret_cast<const struct sockaddr_in6*>(other)->sin6_addr,
				             sizeof(struct in6_addr)) == 0;
			}

			bool Is(const struct sockaddr* other) const
			{
				// The port is at the same place in both.
				return HasIpOf(other) && Ipv4()->sin_port ==
				                           reinterpret_cast<const struct sockaddr_in*>(other)->sin_port;
			}

			const struct sockaddr* Get() const
			{
				return reinterpret_cast<const struct sockaddr*>(&this->storage);
			}

		private:
			const struct sockaddr_in* Ipv4() const
			{
				return reinterpret_cast<const struct sockaddr_in*>(&this->storage);
			}

			const struct sockaddr_in6* Ipv6() const
			{
				return reinterpret_cast<const struct sockaddr_in6*>(&this->storage);
			}

		private:
			struct sockaddr_storage storage
			{
			};
		};

	public:
		/**
		 * What was negotiated is put into effect; nullptr where the peer named no place that can be reached. Gives true when the
		 * peer is no longer where it was.
		 */
		bool Signalled(const struct sockaddr* rtp, uint64_t nowMs)
		{
			const bool moved = rtp && !(this->signalled.IsSet() && this->signalled.Is(rtp));

			// From the former place packets may still be under way.
			if (moved)
			{
				this->peer.Set(nullptr);
			}

			this->signalled.Set(rtp);
			this->rtcpSignalled.Set(nullptr);
			this->rtcpPeer.Set(nullptr);
			this->open    = true;
			this->latched = false;
			this->lastMs  = nowMs;

			return moved;
		}

		void SignalledRtcp(const struct sockaddr* rtcp)
		{
			this->rtcpSignalled.Set(rtcp);
		}

		// Whose packet it is that came from there.
		Verdict Judge(const struct sockaddr* from, bool authenticated, uint64_t nowMs)
		{
			if (this->peer.IsSet() && this->peer.Is(from))
			{
				this->latched = true;
				this->lastMs  = nowMs;

				return Verdict::PEER;
			}

			if (!this->open || !MayTakeOver(from, authenticated, nowMs))
			{
				return Verdict::STRANGER;
			}

			const bool unmasked = this->latched && !authenticated;

			this->peer.Set(from);
			this->rtcpPeer.Set(nullptr);
			this->latched = true;
			this->lastMs  = nowMs;

			return unmasked ? Verdict::UNMASKED : Verdict::ARRIVED;
		}

		/**
		 * The same of RTCP. Its place is the signalled one where the peer's RTP is at its own; else where the first RTCP from
		 * the IP address of the RTP came from.
		 */
		Verdict JudgeRtcp(const struct sockaddr* from)
		{
			if (!this->open)
			{
				return Verdict::STRANGER;
			}

			if (
			  (this->rtcpSignalled.IsSet() && this->rtcpSignalled.Is(from)) ||
			  (this->latched && this->peer.Is(from)) || (this->rtcpPeer.IsSet() && this->rtcpPeer.Is(from)))
			{
				return Verdict::PEER;
			}

			if (
			  !this->latched || this->rtcpPeer.IsSet() || !this->peer.HasIpOf(from) ||
			  FitOf(this->peer.Get()) == Fit::EXACT)
			{
				return Verdict::STRANGER;
			}

			this->rtcpPeer.Set(from);

			return Verdict::ARRIVED;
		}

	private:
		bool MayTakeOver(const struct sockaddr* from, bool authenticated, uint64_t nowMs) const
		{
			const bool silent = nowMs - this->lastMs > SilenceMs;

			if (!this->latched)
			{
				return silent || !this->signalled.IsSet() || this->signalled.Is(from) ||
				       (IsPrivate(this->signalled.Get()) && !IsPrivate(from));
			}

			return FitOf(from) > FitOf(this->peer.Get()) || (authenticated && silent);
		}

		Fit FitOf(const struct sockaddr* from) const
		{
			if (!this->signalled.IsSet() || !this->signalled.HasIpOf(from))
			{
				return Fit::ELSEWHERE;
			}

			return this->signalled.Is(from) ? Fit::EXACT : Fit::SAME_IP;
		}

		// RFC 1918, RFC 6598, RFC 4193, link-local and loopback.
		static bool IsPrivate(const struct sockaddr* address)
		{
			if (address->sa_family == AF_INET)
			{
				const auto ip =
				  ntohl(reinterpret_cast<const struct sockaddr_in*>(address)->sin_addr.s_addr);

				return ip >> 24u == 10u || ip >> 20u == 0xAC1u || ip >> 16u == 0xC0A8u ||
				       ip >> 22u == 0x191u || ip >> 16u == 0xA9FEu || ip >> 24u == 127u;
			}

			const auto* ip = reinterpret_cast<const struct sockaddr_in6*>(address)->sin6_addr.s6_addr;

			return (ip[0] & 0xFEu) == 0xFCu || (ip[0] == 0xFEu && (ip[1] & 0xC0u) == 0x80u) ||
			       IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const struct sockaddr_in6*>(address)->sin6_addr);
		}

	private:
		Place signalled;
		Place rtcpSignalled;
		// Who is believed, or was until the last connect().
		Place peer;
		Place rtcpPeer;
		bool open{ false };
		// Whether `peer` has sent anything since the last connect().
		bool latched{ false };
		// When it last did, or when connect() was called.
		uint64_t lastMs{ 0u };
	};
} // namespace RTC

#endif
