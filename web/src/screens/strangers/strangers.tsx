import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/page-head.tsx';

export function Strangers() {
  const { t } = useTranslation();
  return <PageHead title={t('strangers.title')} />;
}
