// Where files, a folder, a ZIP or a CSV come in, and the rule by which names are found.

import { Alert, Button, FileButton, Group, List, Loader, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropArea } from '../../parts/drop-area.tsx';
import { messageOf } from '../../parts/notices.tsx';
import { readChosen, type Chosen } from './chosen.ts';
import { filesOfDrop, filesOfInput, type GivenFile } from './gather.ts';

export function ChooseFiles({ onChosen }: { readonly onChosen: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const folder = useRef<HTMLInputElement>(null);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState('');

  async function read(given: Promise<readonly GivenFile[]> | readonly GivenFile[]): Promise<void> {
    setReading(true);
    setProblem('');
    try {
      const files = await given;
      if (files.length > 0) onChosen(await readChosen(files));
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setReading(false);
    }
  }

  return (
    <>
      <DropArea label={t('adding.manyDrop')} onDrop={(transfer) => void read(filesOfDrop(transfer))}>
        {reading ? (
          <Group role="status">
            <Loader size="sm" />
            <Text>{t('adding.reading')}</Text>
          </Group>
        ) : (
          <Group justify="center">
            <FileButton multiple onChange={(files) => void read(filesOfInput(files))}>
              {(props) => <Button {...props}>{t('adding.chooseFiles')}</Button>}
            </FileButton>
            <Button variant="default" onClick={() => folder.current?.click()}>
              {t('adding.chooseFolder')}
            </Button>
            <input
              ref={folder}
              type="file"
              hidden
              aria-label={t('adding.chooseFolder')}
              // React has no word for it.
              {...{ webkitdirectory: '' }}
              onChange={(event) => {
                void read(filesOfInput([...(event.currentTarget.files ?? [])]));
                event.currentTarget.value = '';
              }}
            />
          </Group>
        )}
      </DropArea>
      {problem !== '' && (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert" className="anyName">
          {problem}
        </Alert>
      )}
      <div>
        <Text fw={600} mb={4}>
          {t('adding.rules.title')}
        </Text>
        <List size="sm" spacing={4}>
          {(['folder', 'file', 'zip', 'csv'] as const).map((rule) => (
            <List.Item key={rule}>{t(`adding.rules.${rule}`)}</List.Item>
          ))}
        </List>
      </div>
    </>
  );
}
