/// A program with every kind of control flow: a loop that carries, slices and stacks; a while loop; a branch.
let loopProgram = """
  hillock program 2
  name "control flow"
  argument 0 : f32[2]
  argument 1 : f32[3,2]
  argument 2 : i32[]
  buffer 0 : 8
  buffer 1 : 8
  buffer 2 : 8
  buffer 3 : 1
  buffer 4 : 8
  buffer 5 : 8
  buffer 6 : 8
  buffer 7 : 8
  r0 : f32[2] = argument 0
  r1 : f32[3,2] = argument 1
  r2 : i32[] = argument 2
  r3 : i64[] = buffer 2
  r4 : f32[2] = buffer 0
  r5 : f32[2] = buffer 1
  r6 : f32[2] = row r1
  r7 : f32[3,2] = fresh
  r8 : f32[2] = row r7
  r9 : f32[2] = fresh
  r10 : bool[] = buffer 3
  r11 : f32[2] = buffer 4
  r12 : f32[2] = buffer 5
  r13 : f32[2] = buffer 6
  r14 : f32[2] = buffer 7
  kernel 0 "step" shape [2] tile 64
    p0 = read r4 contiguous 0
    p1 = read r6 contiguous 0
    p2 = write r8 contiguous 0
    p3 = write r5 contiguous 0
    p2 = load p0 : f32
    p3 = add p0, p1 : f32
  end
  kernel 1 "flip" shape [2] tile 64
    p0 = read r11 contiguous 0
    p1 = write r12 contiguous 0
    p1 = neg p0 : f32
  end
  kernel 2 "test" shape [2] tile 64
    p0 = read r11 contiguous 0
    p1 = write r10 reduction 1
    t0 : bool
    t0 = lt p0, p0 : f32
    p1 = reduce.any t0 : bool
  end
  kernel 3 "same" shape [2] tile 64
    p0 = read r11 contiguous 0
    p1 = write r9 contiguous 0
    p1 = load p0 : f32
  end
  kernel 4 "negative" shape [2] tile 64
    p0 = read r11 contiguous 0
    p1 = write r9 contiguous 0
    p1 = neg p0 : f32
  end
  loop r3 trips 3 rows r6, r8 {
    carry r0, r4, r5
    launch 0
  }
  while r10 {
    carry r4, r11, r12
    launch 2
  }
  then {
    launch 1
  }
  branch r2 blocks 2 results r9 {
    launch 3
  }
  then {
    launch 4
  }
  return r9, r7
  """
