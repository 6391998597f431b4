#!/usr/bin/env python3
"""A WebRTC peer (aiortc) with one data channel: DTLS behind STUN on the same ports.

    webrtc.py offer|answer FOLDER

The two exchange their descriptions through files in FOLDER.
"""

import asyncio
import sys
from pathlib import Path

from aiortc import RTCPeerConnection, RTCSessionDescription


async def read(path):
    """read(path) is the text of a file, once it is there."""
    while not path.exists():
        await asyncio.sleep(0.05)
    return path.read_text()


def write(path, text):
    """write(path, text) makes the file appear whole."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").rename(path)


async def main(role, folder):
    peer = RTCPeerConnection()
    offer, answer = Path(folder) / "offer.sdp", Path(folder) / "answer.sdp"

    @peer.on("connectionstatechange")
    def _():
        print(role, peer.connectionState, flush=True)

    if role == "offer":
        channel = peer.createDataChannel("test")
        channel.on("open", lambda: channel.send("hello"))
        await peer.setLocalDescription(await peer.createOffer())
        write(offer, peer.localDescription.sdp)
        await peer.setRemoteDescription(RTCSessionDescription(await read(answer), "answer"))
    else:
        await peer.setRemoteDescription(RTCSessionDescription(await read(offer), "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        write(answer, peer.localDescription.sdp)
    await asyncio.sleep(2)
    await peer.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
