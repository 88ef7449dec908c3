/// Makes an array of `count` bytes by a kernel that writes every one of them.
func bytes(_ count: Int, writtenBy kernel: (UnsafeMutablePointer<UInt8>?) -> Void) -> [UInt8] {
  unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    unsafe kernel(buffer.baseAddress)
    filled = count
  }
}
