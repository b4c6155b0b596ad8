// The list of keys.

import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const KEYS = [
  ['j ↓', 'log.keys.next'],
  ['k ↑', 'log.keys.before'],
  ['Enter', 'log.keys.open'],
  ['Esc', 'log.keys.close'],
  ['x', 'log.keys.choose'],
  ['Shift+X', 'log.keys.range'],
  ['y', 'log.right'],
  ['n', 'log.notHer'],
  ['i', 'log.is'],
  ['p', 'log.newPerson'],
  ['m', 'log.merge'],
  ['d', 'log.discard'],
  ['e', 'log.erase'],
  ['u Ctrl+Z', 'log.keys.undo'],
  ['?', 'log.keys.help'],
] as const;

export function Help({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('log.keys.title')}
      closeButtonProps={{ 'aria-label': t('parts.close') }}
    >
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, text]) => (
            <Table.Tr key={text}>
              <Table.Td w={140}>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(text)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
