// Many people: files are chosen, one looks at who would get which photos, then they are sent.

import { useEffect, useState } from 'react';
import { ChooseFiles } from './choose-files.tsx';
import type { Chosen } from './chosen.ts';
import { LeaveGuard } from './leave-guard.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { openUpload, type Uploader } from './upload.ts';
import { UploadProgress } from './upload-progress.tsx';

export function ManyPeople() {
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
      <LeaveGuard uploader={uploader} />
    </>
  );
}
