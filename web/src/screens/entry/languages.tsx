import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { changeLanguage, LANGUAGES, type Language } from '../../texts/texts.ts';

export function Languages() {
  const { t, i18n } = useTranslation();
  return (
    <Group justify="center" gap="xs" role="group" aria-label={t('shell.language')}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <Button
          key={code}
          lang={code}
          size="compact-sm"
          variant={i18n.language === code ? 'light' : 'subtle'}
          color="gray"
          aria-pressed={i18n.language === code}
          onClick={() => void changeLanguage(code as Language)}
        >
          {name}
        </Button>
      ))}
    </Group>
  );
}
