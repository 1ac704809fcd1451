//! The Hub's edge and assembly: HTTP, Connect, WebSocket, Worker link
