/// A program that keeps every rule and uses every instruction and access: what the tests break, in one place each.
package let sampleProgram = """
  hillock program 2
  name "sample"
  argument 0 : f32[6,3]
  argument 1 : f32[6]
  argument 2 : i64[2]
  argument 3 : f32[3,2]
  variable 0 "w" : f32[3]
  variable 1 "m" : f32[3]
  constant 0 : f32[] {2.0}
  constant 1 : u32[2] {1, 2}
  constant 2 : bool[] {true}
  function 0 "observe" (f32[2,2], f32[3]) to (f32[4])
  buffer 0 : 24
  buffer 1 : 24
  buffer 2 : 16
  buffer 3 : 40
  buffer 4 : 16
  r0 : f32[6,3] = argument 0
  r1 : f32[6] = argument 1
  r2 : i64[2] = argument 2
  r3 : f32[3] = variable 0
  r4 : f32[] = constant 0
  r5 : u32[2] = constant 1
  r6 : f32[6] = buffer 0
  r7 : f32[6] = buffer 0
  r8 : f32[3] = buffer 1
  r9 : f32[] = fresh
  r10 : f32[3] = fresh
  r11 : f32[2,3] = buffer 1
  r12 : f32[2,2] = buffer 2
  r13 : f32[3,2] = argument 3
  r14 : f32[2,3] = buffer 1
  r15 : f32[6,3] = fresh
  r16 : f32[2,5] = buffer 3
  r17 : f32[5] = fresh
  r18 : f32[6] = buffer 3
  r19 : f32[4] = buffer 4
  kernel 0 "forward" shape [6] tile 64
    p0 = read r0 rows 0 3
    p1 = read r3 whole 0 3
    p2 = read r4 scalar 0
    p3 = read r5 whole 0 2
    p4 = write r6 contiguous 0
    p5 = write r8 reduction 3
    t0 : f32
    t1 : u32
    t2 : i32
    t3 : f32
    t0 = rowdot p0, p1 : f32
    p4 = mul t0, p2 : f32
    p5 = outeraccumulate p4, p0 : f32
    t1 = randombits p3 : u32
    t2 = iota axis 0 : i32
    t3 = convert t2 from i32 : f32
  end
  kernel 1 "in_place" shape [6] tile 64
    p0 = read r6 contiguous 0
    p1 = read r1 strided 5 [-1]
    p2 = write r7 contiguous 0
    p3 = write r9 reduction 1
    t0 : f32
    t0 = load p1 : f32
    p2 = add p0, t0 : f32
    p3 = reduce.sum t0 : f32
  end
  kernel 2 "step" shape [3] tile 64
    p0 = read r3 contiguous 0
    p1 = read r8 contiguous 0
    p2 = write r10 contiguous 0
    p2 = sub p0, p1 : f32
  end
  launch 0
  launch 1
  launch 2
  r11 = gather r0, r2
  r12 = matmul r11, r13 rows [2] inner 3 columns [2]
  r14 = update r11, r12 starts [0, 1] steps [1, 1]
  r15 = scatter r0, r2, r14
  r16 = concatenate r12, r14 axis 1
  call 0 r12, r3 results r19
  r17 = reduce.max r16 outer [] extent 2 inner [5]
  r18 = concatenate r3, r3 axis 0
  store 0, r10
  return r15, r17, r9

  """
