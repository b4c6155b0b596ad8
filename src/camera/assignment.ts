// The assignment problem: who is who between two frames at the least total cost.

/** Rows to columns of a cost matrix (rows × columns, row-major) so that the sum is least; pairs that cost more than `limit`
 * stay apart, and so do pairs whose partners both do better alone: staying apart costs each half the limit. Answers for each row
 * its column or −1. Rows and columns that cannot reach each other are solved apart: a hundred faces are a hundred small problems,
 * not one of 200³ steps. */
export function assign(costs: Float64Array, rows: number, columns: number, limit: number): Int32Array {
  const answer = new Int32Array(rows).fill(-1);
  for (const part of parts(costs, rows, columns, limit)) {
    const [row = 0] = part.rows;
    const [column = 0] = part.columns;
    if (part.rows.length === 1 && part.columns.length === 1) {
      answer[row] = column;
      continue;
    }
    const inside = Float64Array.from(part.rows.flatMap((i) => part.columns.map((j) => costs[i * columns + j] ?? 0)));
    for (const [i, j] of solve(inside, part.rows.length, part.columns.length, limit).entries()) {
      answer[part.rows[i] ?? 0] = part.columns[j] ?? -1;
    }
  }
  return answer;
}

interface Part {
  readonly rows: number[];
  readonly columns: number[];
}

/** Groups of rows and columns that are connected by pairs within the limit. */
function parts(costs: Float64Array, rows: number, columns: number, limit: number): Part[] {
  const rowDone = new Uint8Array(rows);
  const columnDone = new Uint8Array(columns);
  const found: Part[] = [];
  for (let first = 0; first < rows; first++) {
    if (rowDone[first]) continue;
    rowDone[first] = 1;
    const part: Part = { rows: [first], columns: [] };
    // Both lists grow while they are read.
    for (let r = 0, c = 0; r < part.rows.length || c < part.columns.length;) {
      if (r < part.rows.length) {
        const row = part.rows[r++] ?? 0;
        for (let column = 0; column < columns; column++) {
          if (columnDone[column] || !((costs[row * columns + column] ?? Infinity) <= limit)) continue;
          columnDone[column] = 1;
          part.columns.push(column);
        }
      } else {
        const column = part.columns[c++] ?? 0;
        for (let row = 0; row < rows; row++) {
          if (rowDone[row] || !((costs[row * columns + column] ?? Infinity) <= limit)) continue;
          rowDone[row] = 1;
          part.rows.push(row);
        }
      }
    }
    if (part.columns.length > 0) found.push(part);
  }
  return found;
}

/** Hungarian method with potentials (Jonker-Volgenant), O(n³). */
function solve(costs: Float64Array, rows: number, columns: number, limit: number): Int32Array {
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
