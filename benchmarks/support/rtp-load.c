/*
 * Phones' sound: legs that each send a packet of RTP every 20 ms from one socket, and count what comes back to it.
 * In C, so that generating 100,000 packets a second and taking as many leaves a core to what is measured.
 *
 *   rtp-load            prints `port N`: legs send from 127.0.0.1:N and hear there, N+1 is for RTCP
 *
 * Then one command a line on standard input, each answered with one line of JSON:
 *   relay SECONDS PORT...    legs send to these ports; what a relay forwards bears the number of its sender, and
 *                            is counted until a moment after the last packet was sent
 *   listen SECONDS PORT...   the same legs are played to by these ports; how late does each packet come, compared
 *                            with the earliest of its leg, by its RTP timestamp?
 */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include <unistd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum {
  legs_max = 4096,
  batch = 64,
  payload_bytes = 160,
  packet_bytes = 12 + payload_bytes,
  frame_ns = 20 * 1000 * 1000,
  linger_ns = 300 * 1000 * 1000,
  buffer_bytes = 16 << 20,
  /* Of 10 us each: up to a second. */
  buckets = 100000,
  bucket_ns = 10000,
};

struct leg {
  uint16_t port;
  uint16_t sequence;
  uint32_t sent;
  uint64_t due_ns;
  /* Of a played leg: the least of arrival minus schedule so far, and what is added to both. */
  int64_t earliest_ns;
  uint32_t first_timestamp;
  uint32_t heard;
  uint16_t last_sequence;
};

static struct leg legs[legs_max];
static int leg_count;
static int leg_of_port[65536];
/* Packets of played legs: lateness is known only when the earliest is. */
struct arrival { uint32_t leg; int64_t offset_ns; };
static struct arrival *arrivals;
static size_t arrival_count, arrival_max;
static uint64_t histogram[buckets];
static uint64_t received, foreign, skipped;
static int rtp, rtcp;

static uint64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t wall_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int bound(uint16_t port) {
  int on = 1, bytes = buffer_bytes;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) {
    if (fd >= 0) close(fd);
    return -1;
  }
  /* Beyond the limit of the system where we may, else up to it. */
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) < 0)
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  return fd;
}

static void put32(uint8_t *at, uint32_t value) {
  value = htonl(value);
  memcpy(at, &value, 4);
}

static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return ntohl(value);
}

static void write_packet(uint8_t *packet, int number) {
  struct leg *leg = &legs[number];
  uint64_t now_ns = wall_ns();
  packet[0] = 0x80;
  packet[1] = leg->sent == 0 ? 0x80 : 0;
  packet[2] = (uint8_t)(leg->sequence >> 8);
  packet[3] = (uint8_t)leg->sequence;
  put32(packet + 4, leg->sent * 160);
  put32(packet + 8, 0x51000000u + (uint32_t)number);
  /* What a relay leaves as it is: who sent it, and when. */
  put32(packet + 12, (uint32_t)number);
  memcpy(packet + 16, &now_ns, 8);
  memset(packet + 24, 0xff, packet_bytes - 24);
  leg->sequence++;
  leg->sent++;
  leg->due_ns += frame_ns;
}

/* Sends what is due; returns when the next packet is. */
static uint64_t send_due(uint64_t end_ns) {
  static uint8_t packets[batch][packet_bytes];
  static struct iovec vectors[batch];
  static struct mmsghdr messages[batch];
  static struct sockaddr_in to[batch];
  uint64_t now_ns = monotonic_ns(), next_ns = now_ns + frame_ns;
  int count = 0;
  for (int number = 0; number <= leg_count; number++) {
    if (count == batch || (number == leg_count && count > 0)) {
      for (int sent = 0; sent < count;) {
        int done = sendmmsg(rtp, messages + sent, (unsigned)(count - sent), 0);
        /* One that cannot be sent counts as sent, and so as lost. */
        sent += done > 0 ? done : 1;
      }
      count = 0;
    }
    if (number == leg_count) break;
    struct leg *leg = &legs[number];
    if (leg->due_ns > now_ns || leg->due_ns >= end_ns) {
      if (leg->due_ns < next_ns) next_ns = leg->due_ns;
      continue;
    }
    write_packet(packets[count], number);
    to[count] = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(leg->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    vectors[count] = (struct iovec){packets[count], packet_bytes};
    messages[count].msg_hdr =
        (struct msghdr){.msg_name = &to[count], .msg_namelen = sizeof to[count], .msg_iov = &vectors[count], .msg_iovlen = 1};
    count++;
  }
  return next_ns;
}

static void count_delay(int64_t ns) {
  int64_t bucket = ns < 0 ? 0 : ns / bucket_ns;
  histogram[bucket >= buckets ? buckets - 1 : bucket]++;
}

static void heard_relayed(const uint8_t *packet, uint64_t at_ns) {
  uint64_t sent_ns;
  if (get32(packet + 12) >= (uint32_t)leg_count) {
    foreign++;
    return;
  }
  memcpy(&sent_ns, packet + 16, 8);
  received++;
  count_delay((int64_t)(at_ns - sent_ns));
}

static void heard_played(const uint8_t *packet, int number, uint64_t at_ns) {
  struct leg *leg = &legs[number];
  uint32_t timestamp = get32(packet + 4);
  uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
  if (leg->heard == 0) {
    leg->first_timestamp = timestamp;
    leg->earliest_ns = INT64_MAX;
  } else {
    skipped += (uint16_t)(sequence - leg->last_sequence - 1);
  }
  int64_t offset_ns = (int64_t)at_ns - (int64_t)(int32_t)(timestamp - leg->first_timestamp) * 125000;
  if (offset_ns < leg->earliest_ns) leg->earliest_ns = offset_ns;
  leg->last_sequence = sequence;
  leg->heard++;
  received++;
  if (arrival_count < arrival_max) arrivals[arrival_count++] = (struct arrival){(uint32_t)number, offset_ns};
}

static uint64_t arrived_ns(struct msghdr *header) {
  for (struct cmsghdr *each = CMSG_FIRSTHDR(header); each != NULL; each = CMSG_NXTHDR(header, each)) {
    if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec at;
      memcpy(&at, CMSG_DATA(each), sizeof at);
      return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
    }
  }
  return wall_ns();
}

/* Takes what has come. */
static void receive_all(int played) {
  static uint8_t packets[batch][2048];
  static uint8_t controls[batch][64];
  static struct iovec vectors[batch];
  static struct mmsghdr messages[batch];
  static struct sockaddr_in from[batch];
  for (int count = batch; count == batch;) {
    for (int i = 0; i < batch; i++) {
      vectors[i] = (struct iovec){packets[i], sizeof packets[i]};
      messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &vectors[i],
          .msg_iovlen = 1, .msg_control = controls[i], .msg_controllen = sizeof controls[i]};
    }
    count = recvmmsg(rtp, messages, batch, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
      int number = leg_of_port[ntohs(from[i].sin_port)];
      if (messages[i].msg_len < packet_bytes || number < 0) foreign++;
      else if (played) heard_played(packets[i], number, arrived_ns(&messages[i].msg_hdr));
      else heard_relayed(packets[i], arrived_ns(&messages[i].msg_hdr));
    }
  }
}

static double percentile_ms(double fraction) {
  uint64_t total = 0, seen = 0;
  for (int i = 0; i < buckets; i++) total += histogram[i];
  for (int i = 0; i < buckets; i++) {
    seen += histogram[i];
    if (total > 0 && (double)seen >= fraction * (double)total) return (i + 1) * bucket_ns / 1e6;
  }
  return 0;
}

static double share_within_ms(double ms) {
  uint64_t total = 0, within = 0;
  for (int i = 0; i < buckets; i++) {
    total += histogram[i];
    if ((i + 1) * (double)bucket_ns / 1e6 <= ms) within += histogram[i];
  }
  return total == 0 ? 0 : (double)within / (double)total;
}

static double cpu_us(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void run(int played, double seconds) {
  double cpu_before_us = cpu_us();
  uint64_t begin_ns = monotonic_ns() + frame_ns, end_ns = begin_ns + (uint64_t)(seconds * 1e9);
  uint64_t sent = 0, stop_ns = end_ns + (played ? 0 : linger_ns);
  int legs_heard = 0;
  received = foreign = skipped = 0;
  arrival_count = 0;
  memset(histogram, 0, sizeof histogram);
  /* What came before is not of this run. */
  receive_all(played);
  received = foreign = skipped = 0;
  arrival_count = 0;
  for (int i = 0; i < leg_count; i++) {
    legs[i].sent = legs[i].heard = 0;
    legs[i].due_ns = begin_ns + (uint64_t)i * frame_ns / (uint64_t)leg_count;
  }
  for (uint64_t now_ns = monotonic_ns(); now_ns < stop_ns; now_ns = monotonic_ns()) {
    uint64_t next_ns = send_due(end_ns);
    receive_all(played);
    /* A millisecond of packets goes at once: fewer turns, and still a flow. */
    now_ns = monotonic_ns();
    uint64_t pause_ns = next_ns > now_ns + 1000000 ? next_ns - now_ns : 1000000;
    if (pause_ns > 2000000) pause_ns = 2000000;
    struct timespec pause = {0, (long)pause_ns};
    nanosleep(&pause, NULL);
  }
  receive_all(played);
  for (int i = 0; i < leg_count; i++) {
    sent += legs[i].sent;
    legs_heard += legs[i].heard > 0;
  }
  for (size_t i = 0; i < arrival_count; i++)
    count_delay(arrivals[i].offset_ns - legs[arrivals[i].leg].earliest_ns);
  printf("{\"sent\":%llu,\"received\":%llu,\"foreign\":%llu,\"skipped\":%llu,\"legsHeard\":%d,"
         "\"p50Ms\":%.2f,\"p95Ms\":%.2f,\"p99Ms\":%.2f,\"maxMs\":%.2f,\"within5Ms\":%.5f,\"cpuUs\":%.0f}\n",
      (unsigned long long)sent, (unsigned long long)received, (unsigned long long)foreign, (unsigned long long)skipped,
      legs_heard, percentile_ms(0.5), percentile_ms(0.95), percentile_ms(0.99), percentile_ms(1), share_within_ms(5),
      cpu_us() - cpu_before_us);
  fflush(stdout);
}

int main(void) {
  static char line[legs_max * 8];
  int port;
  for (port = 40000; port < 60000; port += 2) {
    rtp = bound((uint16_t)port);
    rtcp = rtp < 0 ? -1 : bound((uint16_t)(port + 1));
    if (rtcp >= 0) break;
    if (rtp >= 0) close(rtp);
  }
  if (port >= 60000) {
    fprintf(stderr, "rtp-load: no pair of ports is free\n");
    return 1;
  }
  printf("port %d\n", port);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *word = strtok(line, " \n");
    int played = word != NULL && strcmp(word, "listen") == 0;
    double seconds = (word = strtok(NULL, " \n")) == NULL ? 0 : atof(word);
    memset(leg_of_port, -1, sizeof leg_of_port);
    for (leg_count = 0; leg_count < legs_max && (word = strtok(NULL, " \n")) != NULL; leg_count++) {
      legs[leg_count] = (struct leg){.port = (uint16_t)atoi(word)};
      leg_of_port[legs[leg_count].port] = leg_count;
    }
    arrival_max = played ? (size_t)(seconds * 60) * (size_t)leg_count : 0;
    arrivals = played ? malloc((arrival_max + 1) * sizeof *arrivals) : NULL;
    run(played, seconds);
    free(arrivals);
  }
  return 0;
}
