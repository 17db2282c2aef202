/** Reads the arguments of the present operation. */
import { REAL, TASK } from './layout';

@inline
export function whole(name: i32): i32 {
  return load<i32>(TASK + (name << 2));
}

@inline
export function address(name: i32): usize {
  return <usize>load<u32>(TASK + (name << 2));
}

@inline
export function real(name: i32): f64 {
  return load<f64>(REAL + (name << 3));
}
