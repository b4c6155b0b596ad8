// One setting: what it is, its field, where its value comes from, and the way back to the default.

import { ActionIcon, Badge, Box, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconLock, IconRestore } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { SchemaInput } from '../../parts/schema-input.tsx';
import { choiceName, descriptionOf, shapeOf, shownOf, titleOf, valueText, type Draft, type Setting } from './draft.ts';
import classes from './settings.module.css';

export function SettingField({
  setting,
  draft,
  disabled,
  onChange,
}: {
  readonly setting: Setting;
  readonly draft: Draft;
  readonly disabled: boolean;
  readonly onChange: (value: unknown) => void;
}) {
  const { t } = useTranslation();
  const about = useId();
  const isChanged = setting.key in draft;
  const { default: initial } = shapeOf(setting);
  const isDefault = setting.key in draft ? draft[setting.key] === null : setting.inFile === null;
  const standard = valueText(setting, initial);
  return (
    <div className={classes['row']} data-changed={isChanged || undefined} data-setting={setting.key}>
      <Stack gap={4}>
        <Group gap="xs">
          <Text fw={600}>{titleOf(setting)}</Text>
          {isChanged && (
            <Badge size="sm" variant="filled">
              {t('settings.changed')}
            </Badge>
          )}
          {setting.waits && !isChanged && (
            <Badge size="sm" variant="light" color="orange">
              {t('settings.waits')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" id={about} className="anyName">
          {descriptionOf(setting)}
        </Text>
      </Stack>
      <Stack gap={6}>
        <Group gap="xs" wrap="nowrap" align="center">
          <Box flex={1} miw={0}>
            {setting.secret ? (
              <Badge variant="light" color={setting.isSet ? 'teal' : 'gray'}>
                {t(setting.isSet ? 'settings.isSet' : 'settings.isNotSet')}
              </Badge>
            ) : (
              <Field {...{ setting, draft, about, onChange }} disabled={disabled || setting.lockedBy !== null} />
            )}
          </Box>
          {!setting.secret && setting.lockedBy === null && !isDefault && (
            <Tooltip label={t('settings.reset', { value: standard ?? t('settings.isNotSet') })}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                disabled={disabled}
                aria-label={t('settings.resetOf', {
                  name: titleOf(setting),
                  value: standard ?? t('settings.isNotSet'),
                })}
                onClick={() => onChange(null)}
              >
                <IconRestore size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
        <Notes setting={setting} standard={standard} />
      </Stack>
    </div>
  );
}

function Notes({ setting, standard }: { readonly setting: Setting; readonly standard: string | null }) {
  const { t } = useTranslation();
  const { lockedBy, waits, takesEffect, secret, environment } = setting;
  const notes: string[] = [];
  if (secret && lockedBy === null) notes.push(t('settings.secretHow', { name: environment, key: setting.key }));
  if (waits) notes.push(t('settings.until', { value: valueText(setting, setting.value) ?? t('settings.isNotSet') }));
  if (!secret && lockedBy === null && standard !== null) notes.push(t('settings.default', { value: standard }));
  if (!secret && lockedBy === null && takesEffect === 'restart') notes.push(t('settings.needsRestart'));
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      {lockedBy !== null && <IconLock size={15} aria-hidden className={classes['lock']} />}
      <Text size="xs" c="dimmed" className="anyName">
        {lockedBy === null ? notes.join(' · ') : t('settings.lockedBy', { name: lockedBy })}
      </Text>
    </Group>
  );
}

function Field({
  setting,
  draft,
  about,
  disabled,
  onChange,
}: {
  readonly setting: Setting;
  readonly draft: Draft;
  readonly about: string;
  readonly disabled: boolean;
  readonly onChange: (value: unknown) => void;
}) {
  const { t } = useTranslation();
  const shown = shownOf(setting, draft);
  return (
    <SchemaInput
      shape={shapeOf(setting)}
      value={shown}
      field={{ 'aria-label': titleOf(setting), 'aria-describedby': about, disabled }}
      choiceName={(choice) => choiceName(setting.key, String(choice))}
      placeholder={t('settings.isNotSet')}
      switchLabel={t(shown === true ? 'settings.on' : 'settings.off')}
      onChange={onChange}
    />
  );
}
