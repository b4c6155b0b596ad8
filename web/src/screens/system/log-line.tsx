import type { Schemas } from '../../api/client.ts';
import { textOr } from '../../parts/said.ts';
import { clockTime, fullTime } from '../../parts/when.tsx';
import classes from './system.module.css';

/** With whatever else the line says behind it, to be opened. */
export function LogLine({ line }: { readonly line: Schemas['LogLines']['items'][number] }) {
  const { at, level, part, message, details } = line;
  const head = (
    <>
      <time dateTime={at} title={fullTime(at)} className={classes['time']}>
        {clockTime(at)}
      </time>{' '}
      <span className={classes['level']} data-level={level}>
        {textOr(`system.levelShort.${level}`, level)}
      </span>{' '}
      {part !== null && <span className={classes['part']}>{part}</span>} <span className="anyName">{message}</span>
    </>
  );
  if (details === null) return <div className={classes['line']}>{head}</div>;
  return (
    <details className={classes['line']}>
      <summary>{head}</summary>
      <pre className={classes['details']}>{JSON.stringify(details, null, 2)}</pre>
    </details>
  );
}
