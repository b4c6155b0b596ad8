// One face cut out of a picture by the browser, square, with some room around it.

const ROOM = 1.6;

export function FaceCrop({
  src,
  alt,
  size,
  box: [x = 0, y = 0, w = 1, h = 1],
  width,
}: {
  readonly src: string;
  readonly alt: string;
  readonly size: number;
  readonly box: readonly number[];
  /** Of the whole picture. */
  readonly width: number;
}) {
  const side = ROOM * Math.max(w, h);
  const scale = size / side;
  return (
    <div
      className="face"
      style={{ width: size, height: size, overflow: 'hidden', position: 'relative', flexShrink: 0 }}
    >
      <img
        src={src}
        alt={alt}
        style={{
          position: 'absolute',
          maxWidth: 'none',
          width: width * scale,
          left: (side / 2 - x - w / 2) * scale,
          top: (side / 2 - y - h / 2) * scale,
        }}
      />
    </div>
  );
}
