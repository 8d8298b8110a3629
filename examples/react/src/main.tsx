import { type FormEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import { client, explain } from "./api";
import { Overdue } from "./Overdue";
import "./style.css";

function App() {
  const [entered, setEntered] = useState(client.session !== null);
  return entered ? <Overdue /> : <Login onEnter={() => setEntered(true)} />;
}

function Login({ onEnter }: { onEnter: () => void }) {
  const [problem, setProblem] = useState("");
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      await client.login(String(form.get("username")), String(form.get("password")));
      onEnter();
    } catch (error) {
      setProblem(explain(error));
    }
  }
  return (
    <form className="card login" onSubmit={submit}>
      <h1>Control Fresco</h1>
      <label>Usuario <input name="username" autoComplete="username" required autoFocus /></label>
      <label>Contraseña <input name="password" type="password" autoComplete="current-password" required /></label>
      {problem && <p role="alert">{problem}</p>}
      <button>Entrar</button>
    </form>
  );
}

createRoot(document.getElementById("root")!).render(<App />);
