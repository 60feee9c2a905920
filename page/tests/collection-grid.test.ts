import { expect, test } from 'vitest'
import { Grid } from '../src/collection/grid'

const MANY = 100_000
const grid = (count = MANY) => new Grid(count, 1000, 160, 8, 20)

test('cells share the width, and all rows are as high as their pictures and words', () => {
  const { columns, cell, high, row, rows, height } = grid()
  expect([columns, rows]).toEqual([6, 16_667])
  expect(cell * 6 + 5 * 8).toBeCloseTo(1000)
  expect(high).toBeCloseTo(cell + 20)
  expect(height).toBeCloseTo(rows * row - 8)
  expect(new Grid(5, 90, 160, 8).columns).toBe(1)
})

test('wherever it is scrolled to, whole rows around what is seen are in the page, and never more', () => {
  const far = grid()
  for (const top of [0, 1, far.row * 5000 + 3, far.height - 600, far.height]) {
    const { first, last } = far.near(top, 600)
    expect(first % far.columns).toBe(0)
    expect(last - first).toBeLessThanOrEqual(far.most(600))
    expect(far.at(first).top).toBeLessThanOrEqual(top)
    if (last < MANY) expect(far.at(last).top).toBeGreaterThanOrEqual(top + 600)
  }
  expect(far.near(far.height - 600, 600).last).toBe(MANY)
})

test('where nothing is or the list has become short, nothing is asked of places that are not there', () => {
  expect(grid(0).near(0, 600)).toEqual({ first: 0, last: 0 })
  expect(grid(0).height).toBe(0)
  expect(grid(3).near(90_000, 600)).toEqual({ first: 3, last: 3 })
  expect(grid(0).step(0, 'ArrowRight', 3)).toBeNull()
})

test('a rectangle takes what it touches, however it was drawn, and not what it only lies between', () => {
  const small = grid(20)
  const second = small.at(1)
  const inside = { left: second.left + 5, top: 5, right: second.left + 9, bottom: 9 }
  expect([...small.block(inside).places()]).toEqual([1])
  expect([...small.block({ left: inside.right, top: inside.bottom, right: inside.left, bottom: inside.top }).places()]).toEqual([1])
  const between = { left: small.cell + 2, top: 0, right: small.cell + 6, bottom: 9 }
  expect([...small.block(between).places()]).toEqual([])
  const over = small.block({ left: -50, top: small.row + 1, right: second.left + 1, bottom: 9999 })
  expect([...over.places()]).toEqual([6, 7, 12, 13, 18, 19])
  expect([over.has(13), over.has(14), over.has(1), over.has(19), over.has(24)]).toEqual([true, false, false, true, false])
})

test('keys lead from place to place and stay on the grid', () => {
  const small = grid(20) // three rows of six, and two
  expect(small.step(7, 'ArrowDown', 2)).toBe(13)
  expect(small.step(16, 'ArrowDown', 2)).toBe(19)
  expect(small.step(19, 'ArrowDown', 2)).toBe(19)
  expect(small.step(3, 'ArrowUp', 2)).toBe(3)
  expect(small.step(19, 'ArrowRight', 2)).toBe(19)
  expect(small.step(0, 'ArrowLeft', 2)).toBe(0)
  expect(small.step(1, 'PageDown', 2)).toBe(13)
  expect(small.step(13, 'PageUp', 9)).toBe(1)
  expect(small.step(13, 'Home', 2)).toBe(0)
  expect(small.step(13, 'End', 2)).toBe(19)
  expect(small.step(13, 'x', 2)).toBeNull()
})

test('it is scrolled only as far as a place needs', () => {
  const far = grid()
  expect(far.reveal(6, 0, 600)).toBe(0)
  expect(far.reveal(0, 500, 600)).toBe(0)
  expect(far.reveal(600, 0, 600)).toBeCloseTo(far.at(600).top + far.high - 600)
})
