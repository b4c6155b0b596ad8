// The keys of this screen.

import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys.ts';

const REVIEW = [
  ['n', 'name'],
  ['m', 'merge'],
  ['i', 'ignore'],
  ['s', 'split'],
  ['d', 'noUse'],
] as const;
const UNDECIDED = [
  ['a', 'a'],
  ['b', 'b'],
  ['x', 'neither'],
  ['n', 'name'],
  ['d', 'noUse'],
] as const;
const BOTH = [
  ['k  →', 'next'],
  ['j  ←', 'previous'],
  ['␣', 'later'],
  ['u', 'undo'],
  ['?', 'help'],
] as const;

export function KeysHelp({
  opened,
  onChange,
  isUndecided,
}: {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  readonly isUndecided: boolean;
}) {
  const { t } = useTranslation();
  useKeys({ '?': () => onChange(!opened) });
  return (
    <Modal
      opened={opened}
      onClose={() => onChange(false)}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
      title={t('strangers.helpTitle')}
    >
      <Table>
        <Table.Tbody>
          {[...(isUndecided ? UNDECIDED : REVIEW), ...BOTH].map(([keys, text]) => (
            <Table.Tr key={keys}>
              <Table.Td w={90}>
                {keys.split('  ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(`strangers.key.${text}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

/** The key of a button, for those who have a keyboard before them. */
export function KeyHint({ children }: { readonly children: string }) {
  return (
    <Kbd size="xs" visibleFrom="md" aria-hidden>
      {children}
    </Kbd>
  );
}
