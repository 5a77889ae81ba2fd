/// A program in which values are written in the place of older ones: what a loop carries, and two Variables. Variable 0 has two
/// registers; Variable 1 is not read at all.
let inPlaceProgram = """
  hillock program 2
  name "in place"
  argument 0 : f32[6]
  variable 0 "v" : f32[6]
  variable 1 "w" : f32[6]
  buffer 0 : 8
  buffer 1 : 24
  buffer 2 : 24
  r0 : f32[6] = argument 0
  r1 : f32[6] = variable 0
  r2 : f32[6] = variable 0
  r3 : f32[6] = variable 1
  r4 : f32[6] = over r1
  r5 : f32[6] = over r3
  r6 : i64[] = buffer 0
  r7 : f32[6] = buffer 1
  r8 : f32[6] = over r7
  r9 : f32[6] = buffer 2
  r10 : f32[] = fresh
  kernel 0 "step" shape [6] tile 64
    p0 = read r7 contiguous 0
    p1 = write r8 contiguous 0
    p1 = neg p0 : f32
  end
  kernel 1 "copy" shape [6] tile 64
    p0 = read r0 contiguous 0
    p1 = write r9 contiguous 0
    p1 = load p0 : f32
  end
  kernel 2 "sum" shape [6] tile 64
    p0 = read r1 contiguous 0
    p1 = write r10 reduction 1
    p1 = reduce.sum p0 : f32
  end
  kernel 3 "update" shape [6] tile 64
    p0 = read r7 contiguous 0
    p1 = read r1 contiguous 0
    p2 = write r4 contiguous 0
    p2 = add p0, p1 : f32
  end
  loop r6 trips 3 {
    carry r0, r7, r8
    launch 0
  }
  launch 1
  launch 2
  launch 3
  r5 = update r4, r9 starts [0] steps [1]
  store 0, r4
  store 1, r5
  return r10
  """
