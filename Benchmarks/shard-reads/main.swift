import Foundations
import Glibc
import JSONText
import Shards

// Reads samples of a dataset, record and picture, and prints how many and how fast.
//
//   shard-reads DATASET sequential [WORKERS]
//   shard-reads DATASET random COUNT
//
// Every record is parsed and its first picture's file is read.

/// The bytes of a sample: its line and its picture.
func sampleBytes(_ record: StoredRecord, _ reader: DatasetReader) throws -> Int {
  let images = try record.json().required("images").asArray
  return record.bytes.count + (try reader.picture(images[0].string("sha256")).count)
}

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: shard-reads DATASET sequential [WORKERS] | random COUNT")
  exit(64)
}
let start = seconds()
let reader = try DatasetReader(arguments[1])
var samples = 0
var bytes = 0
if arguments[2] == "sequential" {
  var batch = 0
  let workers = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
  try Lanes.stream(workers: workers) {
    defer { batch += 1 }
    return batch < reader.batchCount ? batch : nil
  } work: { number in
    let records = try reader.batch(number)
    return (records.count, try records.reduce(0) { $0 + (try sampleBytes($1, reader)) })
  } deliver: { count, size in
    samples += count
    bytes += size
  }
} else {
  samples = arguments.count > 3 ? Int(arguments[3]) ?? 10_000 : 10_000
  var random = CounterRandom(seed: 7)
  for _ in 0..<samples {
    bytes += try sampleBytes(reader.record(at: random.below(reader.count)), reader)
  }
}
let taken = seconds() - start
print("\(samples) samples, \(bytes) bytes, \(Int(Double(samples) / taken)) samples/s")
