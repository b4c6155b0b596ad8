// Many people: files are chosen, one looks at who would get which photos, then they are sent.

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LeaveGuard } from '../../parts/leave-guard.tsx';
import { ChooseFiles } from './choose-files.tsx';
import type { Chosen } from './chosen.ts';
import { PlanPreview } from './plan-preview.tsx';
import { openUpload, type Uploader } from './upload.ts';
import { UploadProgress } from './upload-progress.tsx';

const SENDING: readonly string[] = ['running', 'away', 'paused'];

export function ManyPeople() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [uploader, setUploader] = useState<Uploader | null>(null);

  useEffect(() => () => uploader?.close(), [uploader]);
  useEffect(() => () => chosen?.gathered.close(), [chosen]);

  function startOver(): void {
    setUploader(null);
    setChosen(null);
  }

  if (chosen === null) return <ChooseFiles onChosen={setChosen} />;
  if (uploader === null) {
    return (
      <PlanPreview
        chosen={chosen}
        onStart={(plan, source) => setUploader(openUpload(source, plan.photos))}
        onStartOver={startOver}
      />
    );
  }
  return (
    <>
      <UploadProgress uploader={uploader} label={chosen.gathered.label} onStartOver={startOver} />
      <LeaveGuard
        when={() => SENDING.includes(uploader.now().state)}
        within={(here, there) => here.pathname === there.pathname && modeOf(here.search) === modeOf(there.search)}
        words={t('adding.leave', { returnObjects: true })}
      />
    </>
  );
}

/** One person or many: to change over leaves what is being sent; other filters do not. */
function modeOf(search: unknown): unknown {
  return (search as { readonly mode?: unknown }).mode;
}
