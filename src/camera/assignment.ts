// The assignment problem: who is who between two frames at the least total cost.

/** Rows to columns of a cost matrix (rows × columns, row-major) so that the sum is least; pairs that cost more than `limit`
 * stay apart. Answers for each row its column or −1. Hungarian method with potentials (Jonker-Volgenant), O(n³). */
export function assign(costs: Float64Array, rows: number, columns: number, limit: number): Int32Array {
  // Square with a dummy partner for everybody at the price of the limit: staying apart is then one of the choices.
  const n = rows + columns;
  const cost = (row: number, column: number): number => {
    if (row < rows && column < columns) {
      const value = costs[row * columns + column] ?? Number.POSITIVE_INFINITY;
      return value <= limit ? value : 1e9;
    }
    return row < rows || column < columns ? limit / 2 : 0;
  };
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1);
  const way = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(n + 1);
    do {
      used[column] = 1;
      const at = rowOf[column] ?? 0;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const reduced = cost(at - 1, j - 1) - (rowPotential[at] ?? 0) - (columnPotential[j] ?? 0);
        if (reduced < (least[j] ?? 0)) {
          least[j] = reduced;
          way[j] = column;
        }
        if ((least[j] ?? 0) < delta) {
          delta = least[j] ?? 0;
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          const owner = rowOf[j] ?? 0;
          rowPotential[owner] = (rowPotential[owner] ?? 0) + delta;
          columnPotential[j] = (columnPotential[j] ?? 0) - delta;
        } else {
          least[j] = (least[j] ?? 0) - delta;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = way[column] ?? 0) rowOf[column] = rowOf[way[column] ?? 0] ?? 0;
  }
  const answer = new Int32Array(rows).fill(-1);
  for (let column = 1; column <= columns; column++) {
    const row = (rowOf[column] ?? 0) - 1;
    if (row >= 0 && row < rows && cost(row, column - 1) <= limit) answer[row] = column - 1;
  }
  return answer;
}
