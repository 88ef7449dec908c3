import Foundations
import Glibc
import JSONText
import Schemas
import Shards

// Writes samples as a dataset, or reads them, and prints how many and how fast.
//
//   shard-samples write SAMPLES.jsonl FOLDER DATASET [WORKERS]
//   shard-samples sequential DATASET [WORKERS]
//   shard-samples random DATASET COUNT [AMONG]
//
// Lines of SAMPLES are records, whose pictures are files of FOLDER. To read is to parse a record and
// to have the bytes of its first picture; random reads are of the first AMONG samples, or of all.

func write(_ lines: String, _ folder: String, to dataset: String, workers: Int) throws -> Int {
  var records = try RecordFile(lines)
  let writer = try DatasetWriter(
    folder: dataset, dataset: "samples", records: .question,
    pipeline: SHA256.hexadecimal(of: Array("shard-samples".utf8)))
  var bytes = 0
  try Lanes.stream(workers: workers) {
    var batch: [StoredRecord] = []
    while batch.count < 16, let record = try records.next() { batch.append(record) }
    return batch.isEmpty ? nil : batch
  } work: { batch in
    let values = try batch.map { try $0.json() }
    let pictures = try values.map { value in
      try Files.read("\(folder)/\(value.required("provenance").string("member"))")
    }
    let digests = SHA256.hexadecimals(of: pictures)
    return try batch.indices.map { index in
      (batch[index], try values[index].string("id"), pictures[index], digests[index])
    }
  } deliver: { batch in
    for (record, key, picture, digest) in batch {
      try writer.add(picture: picture, format: .jpeg, sha256: digest)
      try writer.append(line: record.bytes, key: key)
      bytes += record.bytes.count + picture.count
    }
  }
  _ = try writer.close()
  return bytes
}

/// The bytes of a sample: its line and its picture.
func sampleBytes(_ record: StoredRecord, _ reader: DatasetReader) throws -> Int {
  let images = try record.json().required("images").asArray
  return record.bytes.count + (try reader.picture(images[0].string("sha256")).count)
}

func readInOrder(_ reader: DatasetReader, workers: Int) throws -> Int {
  var batch = 0
  var bytes = 0
  try Lanes.stream(workers: workers) {
    defer { batch += 1 }
    return batch < reader.batchCount ? batch : nil
  } work: { number in
    try reader.batch(number).reduce(0) { $0 + (try sampleBytes($1, reader)) }
  } deliver: {
    bytes += $0
  }
  return bytes
}

func readAtRandom(_ reader: DatasetReader, count: Int, among: Int) throws -> Int {
  var random = CounterRandom(seed: 7)
  return try (0..<count).reduce(0) { bytes, _ in
    bytes + (try sampleBytes(reader.record(at: random.below(among)), reader))
  }
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func thousandths(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

let arguments = CommandLine.arguments
func number(_ index: Int) -> Int? { index < arguments.count ? Int(arguments[index]) : nil }

let start = (wall: seconds(CLOCK_MONOTONIC), cpu: seconds(CLOCK_PROCESS_CPUTIME_ID))
let samples: Int
let bytes: Int
switch (arguments.count, arguments.dropFirst().first) {
case (5..., "write"):
  bytes = try write(
    arguments[2], arguments[3], to: arguments[4], workers: number(5) ?? Lanes.cores)
  samples = try DatasetReader(arguments[4]).count
case (3..., "sequential"):
  let reader = try DatasetReader(arguments[2])
  bytes = try readInOrder(reader, workers: number(3) ?? 1)
  samples = reader.count
case (4..., "random"):
  let reader = try DatasetReader(arguments[2])
  samples = number(3) ?? 0
  bytes = try readAtRandom(reader, count: samples, among: number(4) ?? reader.count)
default:
  print("usage: shard-samples write|sequential|random PATH…")
  exit(64)
}
let wall = seconds(CLOCK_MONOTONIC) - start.wall
let cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu
print("\(samples) samples, \(bytes) bytes, \(thousandths(wall)) s, \(thousandths(cpu)) s CPU")
