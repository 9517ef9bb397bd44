import { useState } from "react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components/Modal";
import { useTexts } from "../texts";
import { Action, ErrorNote } from "./ui";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  isWide?: boolean;
  isDismissable?: boolean;
}

export function Dialog({ title, onClose, children, isWide, isDismissable = true }: DialogProps) {
  return (
    <ModalOverlay isOpen onOpenChange={(isOpen) => isOpen || onClose()} className="overlay" isDismissable={isDismissable}>
      <Modal className={isWide === true ? "modal wide" : "modal"}>
        <AriaDialog className="dialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A form in a dialog: one action, said by a verb, and the way back. */
export function FormDialog({ title, onClose, children, action, onAction, look = "primary", isReady = true, isWide }: DialogProps & {
  action: string;
  /** Closes the dialog when done; what it throws is shown. */
  onAction: () => Promise<void>;
  look?: "primary" | "danger";
  isReady?: boolean;
}) {
  const t = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onAction();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} isWide={isWide}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (isReady && !isBusy) {
            void submit();
          }
        }}
      >
        {children}
        {error !== undefined && <ErrorNote error={error} />}
        <div className="actions">
          <Action onPress={onClose}>{t.common.cancel}</Action>
          <Action type="submit" look={look} isDisabled={!isReady} isPending={isBusy}>
            {action}
          </Action>
        </div>
      </form>
    </Dialog>
  );
}
