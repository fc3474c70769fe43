#ifndef MS_RTC_STEADY_STREAM_HPP
#define MS_RTC_STEADY_STREAM_HPP

#include "common.hpp"
#include "DepLibUV.hpp"
#include "Utils.hpp"
#include "RTC/RtpPacket.hpp"
#include "RTC/StreamMeter.hpp"
#include <algorithm>
#include <cstring>

namespace RTC
{
	/**
	 * One steady RTP stream in each direction between a PlainTransport and a SIP peer, whatever changes behind either end.
	 *
	 * Inward: a SIP peer announces no SSRC and may change it in mid-call (RFC 3550 8.2). Whatever it sends bears
	 * ReceiveSsrc from here on, and sequence numbers and timestamps run on.
	 * Outward: consumers come and go, each with an SSRC of its own. The peer sees one SSRC, running sequence numbers and
	 * timestamps, a marker where the source changed, no header extension, and the payload types that it asked for.
	 * RTCP is renamed to match. All audio here has a clock of 8 kHz.
	 */
	class SteadyStream
	{
	public:
		static constexpr uint32_t ReceiveSsrc{ 1u };

	private:
		struct Course
		{
			bool started{ false };
			// Whoever comes next is another source, whatever its SSRC.
			bool left{ false };
			uint32_t ssrc{ 0u };
			uint16_t seqOffset{ 0u };
			uint32_t tsOffset{ 0u };
			uint16_t lastSeq{ 0u };
			uint32_t lastTs{ 0u };
			uint64_t lastMs{ 0u };

			// Gives true when a new source took over.
			bool Follow(uint32_t ssrc, uint16_t& seq, uint32_t& ts, uint64_t nowMs)
			{
				const bool switched = this->started && (this->left || ssrc != this->ssrc);

				if (switched)
				{
					const auto gap = static_cast<uint32_t>(
					  std::max<uint64_t>(20u, nowMs - this->lastMs) * 8u);

					this->seqOffset = this->lastSeq + 1u - seq;
					this->tsOffset  = this->lastTs + gap - ts;
				}

				const bool first = !this->started;

				this->started = true;
				this->left    = false;
				this->ssrc    = ssrc;
				seq += this->seqOffset;
				ts += this->tsOffset;

				// A late packet does not set the course back.
				if (first || static_cast<int16_t>(seq - this->lastSeq) > 0)
				{
					this->lastSeq = seq;
					this->lastTs  = ts;
					this->lastMs  = nowMs;
				}

				return first || switched;
			}
		};

	public:
		// Gives the SSRC that the peer left with this packet, or 0.
		uint32_t Receive(RTC::RtpPacket* packet, uint64_t nowMs)
		{
			const bool hadSource = this->inward.started;
			const auto previous  = this->inward.ssrc;
			auto seq             = packet->GetSequenceNumber();
			auto ts              = packet->GetTimestamp();

			this->meter.Received(
			  packet->GetSsrc(), seq, ts, packet->GetPayloadLength(), DepLibUV::GetTimeUs());

			const bool switched = this->inward.Follow(packet->GetSsrc(), seq, ts, nowMs);

			packet->SetSsrc(ReceiveSsrc);
			packet->SetSequenceNumber(seq);
			packet->SetTimestamp(ts);

			return hadSource && switched && previous != this->inward.ssrc ? previous : 0u;
		}

		// What has been received so far was not the peer's.
		void Disown()
		{
			this->inward.left = true;
			this->meter.Disown();
		}

		// Writes the packet as the peer is to see it and gives its length; 0 when it does not fit.
		size_t Send(const RTC::RtpPacket* packet, uint8_t payloadType, uint64_t nowMs, uint8_t* out, size_t outLen)
		{
			const size_t len = HeaderLength + packet->GetPayloadLength();

			if (len > outLen)
			{
				return 0u;
			}

			auto seq            = packet->GetSequenceNumber();
			auto ts             = packet->GetTimestamp();
			const bool switched = this->outward.Follow(packet->GetSsrc(), seq, ts, nowMs);

			if (this->sendSsrc == 0u)
			{
				this->sendSsrc = packet->GetSsrc();
			}

			out[0] = 0x80u;
			out[1] = (switched || packet->HasMarker() ? 0x80u : 0x00u) | payloadType;
			Utils::Byte::Set2Bytes(out, 2, seq);
			Utils::Byte::Set4Bytes(out, 4, ts);
			Utils::Byte::Set4Bytes(out, 8, this->sendSsrc);
			std::memcpy(out + HeaderLength, packet->GetPayload(), packet->GetPayloadLength());
			this->meter.Sent(packet->GetPayloadLength());

			return len;
		}

		void ReceiveRtcp(uint8_t* data, size_t len)
		{
			EachRtcpPacket(
			  data,
			  len,
			  [this](uint8_t* packet, size_t size)
			  {
				  switch (packet[1])
				  {
					  case SenderReportType:
						  Rename(packet, size, 4u, this->inward.ssrc, ReceiveSsrc);
						  Shift(packet, size, 16u, this->inward.tsOffset);
						  NoteReports(packet, size, 28u);
						  RenameReports(packet, size, 28u, this->sendSsrc, this->outward.ssrc);
						  break;

					  case ReceiverReportType:
						  NoteReports(packet, size, 8u);
						  RenameReports(packet, size, 8u, this->sendSsrc, this->outward.ssrc);
						  break;

					  default:;
				  }
			  });
		}

		void SendRtcp(uint8_t* data, size_t len) const
		{
			EachRtcpPacket(
			  data,
			  len,
			  [this](uint8_t* packet, size_t size)
			  {
				  if (size < 8u)
				  {
					  return;
				  }

				  Utils::Byte::Set4Bytes(packet, 4, this->sendSsrc);

				  switch (packet[1])
				  {
					  case SenderReportType:
						  Shift(packet, size, 16u, this->outward.tsOffset);
						  RenameReports(packet, size, 28u, ReceiveSsrc, this->inward.ssrc);
						  break;

					  case ReceiverReportType:
						  RenameReports(packet, size, 8u, ReceiveSsrc, this->inward.ssrc);
						  break;

					  default:;
				  }
			  });
		}

	private:
		static constexpr size_t HeaderLength{ 12u };
		static constexpr size_t ReportBlockLength{ 24u };
		static constexpr uint8_t SenderReportType{ 200u };
		static constexpr uint8_t ReceiverReportType{ 201u };

		template<typename Visit>
		static void EachRtcpPacket(uint8_t* data, size_t len, Visit visit)
		{
			size_t at{ 0u };

			while (at + 4u <= len)
			{
				const size_t size = (Utils::Byte::Get2Bytes(data, at + 2u) + 1u) * 4u;

				if (at + size > len)
				{
					return;
				}

				visit(data + at, size);
				at += size;
			}
		}

		static void Rename(uint8_t* packet, size_t size, size_t at, uint32_t from, uint32_t to)
		{
			if (at + 4u <= size && Utils::Byte::Get4Bytes(packet, at) == from)
			{
				Utils::Byte::Set4Bytes(packet, at, to);
			}
		}

		static void Shift(uint8_t* packet, size_t size, size_t at, uint32_t offset)
		{
			if (at + 4u <= size)
			{
				Utils::Byte::Set4Bytes(packet, at, Utils::Byte::Get4Bytes(packet, at) + offset);
			}
		}

		void NoteReports(const uint8_t* packet, size_t size, size_t at)
		{
			const uint8_t count = packet[0] & 0x1Fu;

			for (uint8_t i{ 0u }; i < count && at + ReportBlockLength <= size; ++i, at += ReportBlockLength)
			{
				if (this->sendSsrc != 0u && Utils::Byte::Get4Bytes(packet, at) == this->sendSsrc)
				{
					this->meter.Reported(packet + at, DepLibUV::GetTimeUs());
				}
			}
		}

		static void RenameReports(uint8_t* packet, size_t size, size_t at, uint32_t from, uint32_t to)
		{
			const uint8_t count = packet[0] & 0x1Fu;

			for (uint8_t i{ 0u }; i < count; ++i)
			{
				Rename(packet, size, at + i * ReportBlockLength, from, to);
			}
		}

	public:
		StreamMeter meter;

	private:
		Course inward;
		Course outward;
		uint32_t sendSsrc{ 0u };
	};
} // namespace RTC

#endif
