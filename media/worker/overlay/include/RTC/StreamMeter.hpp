#ifndef MS_RTC_STREAM_METER_HPP
#define MS_RTC_STREAM_METER_HPP

#include "common.hpp"
#include "Utils.hpp"
#include <algorithm>
#include <array>
#include <cmath>

namespace RTC
{
	/**
	 * What one SIP peer's stream of 8 kHz audio went through, in each direction: a few additions for each packet, read out
	 * when the leg ends. media/worker/transport-meter.ts reads what Figures() gives, in the same order.
	 */
	class StreamMeter
	{
	public:
		// Where the figures are in PlainTransport's GetStatsResponse: the place after its last field, as flatbuffers count.
		static constexpr uint16_t FiguresField{ 14u };

	private:
		// A sequence number further off than this belongs to another course of the stream (RFC 3550 A.1).
		static constexpr int32_t MaxDropout{ 3000 };
		static constexpr int32_t MaxMisorder{ 100 };
		// Another second between two packets than their timestamps say is another clock, and no jitter.
		static constexpr int32_t MaxTransitStep{ 8000 };
		// In 1/65536 s: a report that is older says nothing of the way, nor one from the future; its rounding may be.
		static constexpr int32_t MaxRoundTrip{ 10 << 16 };
		static constexpr int32_t Rounding{ 66 };

		// Mean and maximum of a figure, in milliseconds.
		struct Spread
		{
			uint64_t count{ 0u };
			double sum{ 0 };
			double max{ 0 };

			void Add(double value)
			{
				this->count++;
				this->sum += value;
				this->max = std::max(this->max, value);
			}

			double Mean() const
			{
				return this->count == 0u ? 0 : this->sum / static_cast<double>(this->count);
			}
		};

	public:
		// As the packet came, before anything was renumbered.
		void Received(uint32_t ssrc, uint16_t seq, uint32_t ts, size_t payloadBytes, uint64_t nowUs)
		{
			const auto step = static_cast<int32_t>(static_cast<int16_t>(seq - this->lastSeq));

			if (!this->started || ssrc != this->ssrc || step > MaxDropout || step < -MaxMisorder)
			{
				// Nothing can be missing between two courses of a stream.
				this->started = true;
				this->ssrc    = ssrc;
				this->lastSeq = seq;
				this->timed   = false;
				this->expected++;
			}
			else if (step > 0)
			{
				const auto missing = static_cast<uint64_t>(step - 1);

				this->lastSeq = seq;
				this->expected += static_cast<uint64_t>(step);
				this->gaps += missing > 0u ? 1u : 0u;
				this->longestGap = std::max(this->longestGap, missing);
			}
			else
			{
				this->late++;
			}

			this->packets++;
			this->bytes += payloadBytes;
			MeasureJitter(ts, nowUs);
		}

		// What came was somebody else's.
		void Disown()
		{
			const auto packets = this->sentPackets;
			const auto bytes   = this->sentBytes;

			*this = StreamMeter();

			this->sentPackets = packets;
			this->sentBytes   = bytes;
		}

		void Sent(size_t payloadBytes)
		{
			this->sentPackets++;
			this->sentBytes += payloadBytes;
		}

		// A report block of the peer about what we send (RFC 3550 6.4.1), 24 bytes.
		void Reported(const uint8_t* block, uint64_t nowUs)
		{
			const uint32_t lost = Utils::Byte::Get4Bytes(block, 4) & 0xFFFFFFu;

			// A negative number is one of duplicates.
			this->reportedLost = lost >= 0x800000u ? 0u : lost;
			this->reportedJitter.Add(static_cast<double>(Utils::Byte::Get4Bytes(block, 12)) / 8);

			const uint32_t lastSr = Utils::Byte::Get4Bytes(block, 16);

			if (lastSr == 0u)
			{
				return;
			}

			// mediasoup's sender reports tell this clock, of which here is more than milliseconds.
			const auto seconds   = static_cast<uint32_t>(nowUs / 1000000u);
			const auto now       = (seconds << 16) | static_cast<uint32_t>(((nowUs % 1000000u) << 16) / 1000000u);
			const auto roundTrip = static_cast<int32_t>(now - lastSr - Utils::Byte::Get4Bytes(block, 20));

			if (roundTrip >= -Rounding && roundTrip <= MaxRoundTrip)
			{
				this->roundTrip.Add(static_cast<double>(std::max(roundTrip, 0)) * 1000 / 65536);
			}
		}

		std::array<double, 17> Figures() const
		{
			return {
				static_cast<double>(this->packets),
				static_cast<double>(this->bytes),
				static_cast<double>(this->expected > this->packets ? this->expected - this->packets : 0u),
				static_cast<double>(this->gaps),
				static_cast<double>(this->longestGap),
				static_cast<double>(this->late),
				this->jitter.Mean(),
				this->jitter.max,
				static_cast<double>(this->sentPackets),
				static_cast<double>(this->sentBytes),
				static_cast<double>(this->reportedJitter.count),
				static_cast<double>(this->reportedLost),
				this->reportedJitter.Mean(),
				this->reportedJitter.max,
				static_cast<double>(this->roundTrip.count),
				this->roundTrip.Mean(),
				this->roundTrip.max,
			};
		}

	private:
		// The estimator of RFC 3550 A.8, on a finer clock than its own 125 microseconds.
		void MeasureJitter(uint32_t ts, uint64_t nowUs)
		{
			const auto arrival = static_cast<double>(nowUs) * 8 / 1000;

			if (this->timed && ts == this->lastTs)
			{
				// The packets of one telephone event bear one timestamp (RFC 4733 2.2): they tell nothing of the way.
				return;
			}

			if (this->timed)
			{
				const auto step = std::abs(arrival - this->lastArrival - static_cast<int32_t>(ts - this->lastTs));

				if (step < MaxTransitStep)
				{
					this->smoothedJitter += (step - this->smoothedJitter) / 16;
					this->jitter.Add(this->smoothedJitter / 8);
				}
			}

			this->timed       = true;
			this->lastTs      = ts;
			this->lastArrival = arrival;
		}

	private:
		bool started{ false };
		uint32_t ssrc{ 0u };
		uint16_t lastSeq{ 0u };
		uint64_t packets{ 0u };
		uint64_t bytes{ 0u };
		uint64_t expected{ 0u };
		uint64_t gaps{ 0u };
		uint64_t longestGap{ 0u };
		uint64_t late{ 0u };
		bool timed{ false };
		uint32_t lastTs{ 0u };
		double lastArrival{ 0 };
		double smoothedJitter{ 0 };
		Spread jitter;
		uint64_t sentPackets{ 0u };
		uint64_t sentBytes{ 0u };
		uint64_t reportedLost{ 0u };
		Spread reportedJitter;
		Spread roundTrip;
	};
} // namespace RTC

#endif
