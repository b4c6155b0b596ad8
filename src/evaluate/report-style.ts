// The report page's one style sheet: light and dark, wide and narrow, on screen and on paper.

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --text: #1c2026; --dim: #5b6270; --line: #dfe2e8;
  --green: #17784f; --green-bg: #e3f4ec; --yellow: #7d5600; --yellow-bg: #fdf3d8; --red: #a82a22; --red-bg: #fce8e6;
  --same: #2a9d6f; --different: #8a90a0; --nearest: #dd6b38;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1d2026; --text: #e6e8ec; --dim: #a0a7b4; --line: #343943;
    --green: #6fd3a5; --green-bg: #15322a; --yellow: #f0c661; --yellow-bg: #372c10; --red: #f49a92; --red-bg: #3b1c1a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 6px; }
p { margin: 0 0 10px; max-width: 75ch; }
.dim, caption, .note { color: var(--dim); font-size: .9rem; }
header { margin-bottom: 18px; }
section, .verdict { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin-bottom: 18px; }
.verdict { border-left: 8px solid; padding: 18px 20px; }
.verdict p { font-size: 1.15rem; font-weight: 600; margin: 0; }
.verdict ul { margin: 12px 0 0; padding-left: 20px; color: var(--text); }
.verdict li { margin-bottom: 4px; max-width: 80ch; }
.green { border-left-color: var(--green); background: var(--green-bg); }
.yellow { border-left-color: var(--yellow); background: var(--yellow-bg); }
.red { border-left-color: var(--red); background: var(--red-bg); }
.green p { color: var(--green); } .yellow p { color: var(--yellow); } .red p { color: var(--red); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(178px, 1fr)); gap: 14px; margin-bottom: 18px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tile b { display: block; font-size: 1.45rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile span { color: var(--dim); font-size: .88rem; display: block; }
.plot { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px; align-items: start; margin-top: 12px; }
svg { width: 100%; height: auto; display: block; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 4px 0 0; font-size: .9rem; }
.legend li::before { content: ""; display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin-right: 7px; vertical-align: middle; background: var(--chip); }
.same { --chip: var(--same); } .different { --chip: var(--different); } .nearest { --chip: var(--nearest); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding-bottom: 6px; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); font-size: .86rem; }
td { overflow-wrap: break-word; }
td:first-child:not(.n) { min-width: 6.5em; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.n { white-space: nowrap; }
tr.now td { font-weight: 600; }
td ul { margin: 0; padding-left: 16px; }
.range { color: var(--dim); font-size: .86em; display: block; font-weight: 400; }
p .range { display: inline; }
.range.flag { color: var(--red); }
details { margin-top: 10px; } summary { cursor: pointer; color: var(--dim); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px; margin: 0; font-size: .92rem; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 760px) {
  main { padding: 16px 10px 40px; } section, .verdict { padding: 14px; }
  .plot { grid-template-columns: minmax(0, 1fr); } .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .tile b { font-size: 1.2rem; } .tile:last-child { grid-column: 1 / -1; }
}
@media print { body { background: #fff; } section, .tile, .verdict { break-inside: avoid; } details:not([open]) { display: none; } }
`;
