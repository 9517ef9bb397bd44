import { expect, it, vi } from "vitest";
import { Pager } from "../src/api/pager";
import type { PageOf } from "../src/api/pager";

/** A list of numbers whose cursor is the place of a page's first row. */
function listOf(length: number, size: number) {
  const world = { rows: Array.from({ length }, (_, i) => i), reads: [] as (string | null)[] };
  const read = (cursor: string | null): Promise<PageOf<number>> => {
    world.reads.push(cursor);
    const at = Number(cursor ?? 0);
    const next = at + size < world.rows.length ? String(at + size) : null;
    return Promise.resolve({ rows: world.rows.slice(at, at + size), total: world.rows.length, next });
  };
  return { world, pager: new Pager<number>(read, size, () => {}) };
}

const settle = () => vi.waitFor(() => Promise.resolve(), { interval: 1 }).then(() => new Promise((done) => setTimeout(done, 5)));

it("reads one page further than it is looked at", async () => {
  const { world, pager } = listOf(1000, 10);
  pager.look(0, 25);
  await settle();
  expect(world.reads).toEqual([null, "10", "20", "30"]);
  expect([pager.row(25), pager.row(39), pager.row(40), pager.total]).toEqual([25, 39, undefined, 1000]);
});

it("reads in order up to a far row", async () => {
  const { world, pager } = listOf(100, 10);
  pager.look(95, 99);
  await settle();
  expect(world.reads.length).toBe(10);
  expect(pager.row(99)).toBe(99);
});

it("reads again what is looked at, and forgets what moved behind it", async () => {
  const { world, pager } = listOf(100, 10);
  pager.look(0, 35);
  await settle();
  pager.look(10, 15);
  world.rows.splice(0, 85);
  world.reads.length = 0;
  pager.refresh();
  await settle();
  expect(world.reads).toEqual(["10"]);
  expect([pager.total, pager.row(10), pager.row(20)]).toEqual([15, 95, undefined]);
});

it("says why it cannot read, and goes on when it can", async () => {
  let fails = true;
  const pager = new Pager<number>(() => (fails ? Promise.reject(new Error("away")) : Promise.resolve({ rows: [7], total: 1, next: null })), 10, () => {});
  pager.look(0, 5);
  await settle();
  expect(pager.error).toEqual(new Error("away"));
  fails = false;
  pager.refresh();
  await settle();
  expect([pager.error, pager.row(0)]).toEqual([undefined, 7]);
});

it("is silent once it is closed", async () => {
  let told = 0;
  const pager = new Pager<number>(() => Promise.resolve({ rows: [1], total: 1, next: null }), 10, () => told++);
  pager.look(0, 5);
  await settle();
  pager.close();
  pager.refresh();
  await settle();
  expect(told).toBe(1);
});

it("keeps no answer that came after it was closed, and reads again when it is looked at", async () => {
  const answers: ((page: PageOf<number>) => void)[] = [];
  const pager = new Pager<number>(() => new Promise((resolve) => answers.push(resolve)), 10, () => {});
  pager.look(0, 5);
  pager.close();
  pager.look(0, 5);
  answers[0]?.({ rows: [1], total: 1, next: null });
  await settle();
  expect([answers.length, pager.total]).toEqual([2, undefined]);
  answers[1]?.({ rows: [2], total: 1, next: null });
  await settle();
  expect([pager.row(0), pager.total]).toEqual([2, 1]);
});
