// The camera of the browser: opened, kept open, and its frames posted one after the other, never two at a time.

const WIDTH = 1280;
const PERIOD_MS = 125;
const ANSWER_MS = 10_000;
const CAMERA_AGAIN_MS = 5000;
const WAITS_MS = [1000, 2000, 5000, 10_000];

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** `on` hears: `problem` {title, text}, `picture` (the camera works), `answer` (status, body) after each post, `away`. */
export function openEye({ video, address, key, on }) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const closing = new AbortController();
  const { signal } = closing;
  let stream;
  let wake;

  async function run() {
    while (!signal.aborted) {
      try {
        await start();
        on.picture();
        await postAll();
      } catch (error) {
        if (signal.aborted) return;
        on.problem(wordsOf(error));
        // Who has refused must allow it; a camera may be plugged in again.
        const isFinal = error.name === 'NotAllowedError' || error.name === 'NoMediaDevices';
        const asked = new Promise((done) => (wake = done));
        await (isFinal ? Promise.race([asked, allowed()]) : Promise.race([asked, pause(CAMERA_AGAIN_MS)]));
      } finally {
        stop();
      }
    }
  }

  async function start() {
    if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error(), { name: 'NoMediaDevices' });
    const wish = { width: { ideal: WIDTH }, height: { ideal: 720 }, facingMode: { ideal: 'user' } };
    stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    if (signal.aborted) return;
    video.srcObject = stream;
    await video.play();
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.srcObject = null;
  }

  async function postAll() {
    let failures = 0;
    while (!signal.aborted) {
      const track = stream?.getVideoTracks()[0];
      if (!track || track.readyState === 'ended') throw Object.assign(new Error(), { name: 'CameraGone' });
      const began = performance.now();
      const frame = document.hidden ? null : await picture();
      const isSent = frame === null || (await post(frame));
      failures = isSent ? 0 : failures + 1;
      const took = performance.now() - began;
      // A slow network gets fewer frames instead of late ones.
      const rest = isSent
        ? Math.max(PERIOD_MS - took, took / 4, 10)
        : WAITS_MS[Math.min(failures, WAITS_MS.length) - 1];
      await pause(rest);
    }
  }

  /** JPEG as it is seen, not mirrored; null as long as there is no picture. */
  function picture() {
    const { videoWidth, videoHeight } = video;
    if (videoWidth === 0 || video.readyState < 2) return Promise.resolve(null);
    const scale = Math.min(1, WIDTH / videoWidth);
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0, width, height);
    return new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
  }

  /** Answers whether the back end took it. */
  async function post(frame) {
    try {
      const answer = await fetch(`${address}/frames`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
        body: frame,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = await answer.json().catch(() => ({}));
      if (!signal.aborted) on.answer(answer.status, body);
      return answer.ok;
    } catch {
      if (!signal.aborted) on.away();
      return false;
    }
  }

  void run();
  return {
    again: () => wake?.(),
    close() {
      closing.abort();
      wake?.();
      stop();
    },
  };
}

/** Once the browser is allowed to after all; browsers that cannot say so leave it to the button. */
async function allowed() {
  const permission = await navigator.permissions?.query({ name: 'camera' }).catch(() => null);
  await new Promise((done) => {
    permission?.addEventListener('change', () => permission.state === 'granted' && done());
  });
}

function wordsOf({ name }) {
  const { protocol, host } = location;
  switch (name) {
    case 'NoMediaDevices':
      return window.isSecureContext
        ? { title: 'This browser has no cameras', text: 'Open the page in Chrome, Edge, Firefox or Safari.' }
        : {
            title: 'The camera needs a secure page',
            text: `Browsers show a camera only to pages that come over https, or from this very machine (localhost). This one came over ${protocol}//${host}. Put Kith behind https, or open the page on the machine that Kith runs on.`,
          };
    case 'NotAllowedError':
      return {
        title: 'The camera is not allowed',
        text: 'Allow this page to use the camera: in the symbol beside the address, or in the settings of the browser or of the tablet. Then try again.',
      };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return {
        title: 'There is no camera',
        text: 'This device has none, or it is switched off: plug one in. The page notices by itself.',
      };
    case 'NotReadableError':
    case 'AbortError':
      return {
        title: 'The camera is busy',
        text: 'Another program uses it, or it does not start: close the other program. The page tries on by itself.',
      };
    case 'CameraGone':
      return {
        title: 'The camera has gone',
        text: 'It was unplugged, or taken away from the page. The page tries on by itself.',
      };
    default:
      return { title: 'The camera does not start', text: `The browser says: ${name}. The page tries on by itself.` };
  }
}
